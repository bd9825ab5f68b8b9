import { createHash } from 'node:crypto';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { Sqs } from '../events/sqs-client.ts';
import type { TaskQueue } from './plan.ts';
import type { DriftTask } from './task.ts';

/** The most messages that SQS takes in one call. */
const batchSize = 10;

/** The queue of a deployment in which parts of a run wait, those of one control plane in their order. None waits for an earlier run. */
export function createTaskQueue(client: Sqs, queueUrl: string): TaskQueue {
  return {
    async put(tasks) {
      for (let first = 0; first < tasks.length; first += batchSize) {
        const Entries = tasks.slice(first, first + batchSize).map(entryOf);
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
        if (Failed.length === 0) continue;
        const codes = [...new Set(Failed.map(({ Code = 'Unanswered' }) => Code))].join(', ');
        throw new Error(`SQS did not take ${Failed.length} parts of a drift check: ${codes}`);
      }
    },
  };
}

function entryOf(task: DriftTask, index: number) {
  const { run, cluster, controlPlane = '', kinds = [] } = task;
  return {
    Id: String(index),
    MessageBody: JSON.stringify(task),
    MessageGroupId: hash(`${run} ${cluster} ${controlPlane}`),
    MessageDeduplicationId: hash(`${run} ${cluster} ${controlPlane} ${kinds.join()}`),
  };
}

// Names may be longer than what SQS takes.
function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

import type { SendMessageBatchCommand, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import type { Sqs } from '../events/sqs-client.ts';
import { createTaskQueue } from './queue.ts';
import type { DriftTask } from './task.ts';

async function entriesFor(...tasks: readonly DriftTask[]): Promise<readonly SendMessageBatchRequestEntry[]> {
  const sent: SendMessageBatchRequestEntry[] = [];
  const client = {
    async send({ input }: SendMessageBatchCommand) {
      sent.push(...(input.Entries ?? []));
      return { Failed: [] };
    },
  };
  await createTaskQueue(client as unknown as Sqs, 'drift.fifo').put(tasks);
  return sent;
}

const task: DriftTask = { run: 'one', mode: 'repair', cluster: 'blue', controlPlane: 'team/cp' };

it('keeps what is left of a part behind the part, and lets no part wait for one of another run', async () => {
  const [part, rest, next, other] = await entriesFor(
    task,
    { ...task, kinds: ['KongRoute'] },
    { ...task, run: 'two' },
    { ...task, controlPlane: 'team/other' },
  );

  expect(rest?.MessageGroupId).toBe(part?.MessageGroupId);
  expect(new Set([part, next, other].map((entry) => entry?.MessageGroupId)).size).toBe(3);
  expect(new Set([part, rest, next, other].map((entry) => entry?.MessageDeduplicationId)).size).toBe(4);
});

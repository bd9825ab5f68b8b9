import { randomUUID } from 'node:crypto';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type LocalQueues, startQueues } from '../../infra/local/sqs.ts';
import { createDeadLetters, type DeadLetterReason } from '../events/dead-letters.ts';
import { messageGroupId, type ObjectEventData, objectEvent } from '../events/event.ts';
import { type Lane, lanes } from '../kinds/define.ts';
import { deadLetterQueueNameOf, findLanes, type LaneQueues, queueNameOf } from './lanes.ts';
import type { Selection } from './selection.ts';

export const stack = 'museum';
export const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-signing-key' };
export const region = 'us-east-1';
export const maxReceiveCount = 12;
const now = new Date('2026-03-01T12:00:00Z');

/** The queues of a deployment, and what puts dead letters there. */
export interface Museum extends AsyncDisposable {
  readonly queues: LocalQueues;
  readonly client: SQSClient;
  readonly lanes: readonly LaneQueues[];
  /** Gives a message up as a function does, and gives its body. */
  keep(lane: Lane, body: string, reason?: Partial<DeadLetterReason>, group?: string): Promise<string>;
  /** Lets a message be received until SQS moves it. */
  bury(lane: Lane, data: ObjectEventData): Promise<void>;
  /** What is in a lane's queue, or in its dead-letter queue. */
  waiting(lane: Lane): ReturnType<LocalQueues['messages']>;
  dead(lane: Lane): ReturnType<LocalQueues['messages']>;
}

export async function startMuseum(): Promise<Museum> {
  const queues = await startQueues({
    credentials,
    queues: lanes.map((lane) => ({
      name: queueNameOf(stack, lane),
      visibilityTimeoutSeconds: 30,
      maxReceiveCount,
      deadLetter: deadLetterQueueNameOf(stack, lane),
    })),
  });
  const client = new SQSClient({ endpoint: queues.endpoint, region, credentials, maxAttempts: 1 });
  const urlOf = (name: string): string => queues.urls[name] ?? '';
  return {
    queues,
    client,
    lanes: await findLanes(client, stack),
    async keep(lane, body, reason = {}, group = randomUUID()) {
      const attributes = { ApproximateReceiveCount: '10', MessageGroupId: group };
      const record = { messageId: randomUUID(), receiptHandle: 'r', body, attributes };
      const deadLetters = createDeadLetters(client, urlOf(deadLetterQueueNameOf(stack, lane)));
      await deadLetters.keep(record, { ...away, functionName: `reconcile-${lane}`, ...reason });
      return body;
    },
    async bury(lane, data) {
      const QueueUrl = urlOf(queueNameOf(stack, lane));
      const ids = { MessageGroupId: messageGroupId(data), MessageDeduplicationId: randomUUID() };
      const body = JSON.stringify(objectEvent(data, now));
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...ids }));
      for (let receive = 0; receive <= maxReceiveCount; receive += 1) {
        await client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
      }
    },
    waiting: (lane) => queues.messages(queueNameOf(stack, lane)),
    dead: (lane) => queues.messages(deadLetterQueueNameOf(stack, lane)),
    async [Symbol.asyncDispose]() {
      client.destroy();
      await queues.stop();
    },
  };
}

const away: Omit<DeadLetterReason, 'functionName'> = {
  verdict: 'retry',
  reason: 'Konnect is away',
  firstError: { message: 'no such host', at: '2026-03-01T11:00:00.000Z', from: 'memory' },
  gaveUpAt: now,
};

/** The event of an object of a kind that somebody names. */
export function dataOf(kind: string, name: string, more: Partial<ObjectEventData> = {}): ObjectEventData {
  const object = { cluster: 'blue', group: 'museum.example', version: 'v1', kind, namespace: 'team', name };
  return { ...object, uid: `uid-of-${name}`, generation: 1, resourceVersion: '1', cause: 'change', ...more };
}

export function bodyOf(data: ObjectEventData): string {
  return JSON.stringify(objectEvent(data, now));
}

export function optionsOf({ client, lanes: all }: Museum, selection: Selection = {}) {
  return { client, lanes: all, selection, waitSeconds: 0 };
}

/** Ids of the dead letters of a lane. */
export function idsIn(museum: Museum, lane: Lane = 'entity'): readonly string[] {
  return museum.dead(lane).map(({ messageId }) => messageId);
}

/** True where nobody holds any of them. */
export function isFree(museum: Museum): boolean {
  return museum.dead('entity').every(({ state }) => state === 'ready');
}

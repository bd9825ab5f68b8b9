import type { FifoQueue, SentBefore } from './fifo.ts';
import { groupOf, lock, putBack, type StrictMessage } from './groups.ts';

/** A message as a test or the command line sees it. Times are milliseconds since the epoch. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly groupId: string;
  readonly deduplicationId: string;
  readonly sequenceNumber: string;
  readonly receiveCount: number;
  readonly sentAt: number;
  readonly state: 'ready' | 'in-flight';
  /** When a message in flight becomes visible again. */
  readonly visibleAt?: number;
  readonly attributes: Readonly<Record<string, { readonly DataType: string; readonly StringValue?: string }>>;
  /** For a dead letter that SQS moved: the queue it came from. */
  readonly deadLetterSourceArn?: string;
}

/** A queue's content for a restart; plain JSON. */
export interface QueueState {
  readonly sequence: number;
  readonly ready: readonly StrictMessage[];
  readonly inFlight: readonly {
    readonly message: StrictMessage;
    readonly receiptHandle: string;
    readonly visibilityDeadline: number;
  }[];
  readonly deduplication: readonly (readonly [string, SentBefore])[];
}

/** Everything in a queue in the order of its sequence numbers. */
export function lookInto({ queue }: FifoQueue): readonly QueuedMessage[] {
  queue.processTimers();
  const { ready, inflight } = queue.inspectMessages();
  return [
    ...ready.map((message) => describe(message, { state: 'ready' })),
    ...inflight.map(({ message, visibilityDeadline: visibleAt }) =>
      describe(message, { state: 'in-flight', visibleAt }),
    ),
  ].sort((left, right) => (left.sequenceNumber < right.sequenceNumber ? -1 : 1));
}

export function snapshot({ queue, deduplication }: FifoQueue): QueueState {
  const { ready, inflight } = queue.inspectMessages();
  return structuredClone({
    sequence: queue.sequenceCounter,
    ready,
    inFlight: inflight,
    deduplication: [...deduplication],
  });
}

/** Lays a snapshot into an empty queue. */
export function restore({ queue, deduplication }: FifoQueue, state: QueueState): void {
  const { sequence, ready, inFlight, deduplication: sent } = structuredClone(state);
  queue.sequenceCounter = sequence;
  for (const message of ready) putBack(queue, message);
  for (const entry of inFlight) {
    queue.inflightMessages.set(entry.receiptHandle, entry);
    lock(queue, groupOf(entry.message), 1);
  }
  for (const [id, before] of sent) deduplication.set(id, before);
}

function describe(message: StrictMessage, at: Pick<QueuedMessage, 'state' | 'visibleAt'>): QueuedMessage {
  return {
    messageId: message.messageId,
    body: message.body,
    groupId: groupOf(message),
    deduplicationId: message.messageDeduplicationId ?? '',
    sequenceNumber: message.sequenceNumber ?? '',
    receiveCount: message.approximateReceiveCount,
    sentAt: message.sentTimestamp,
    ...at,
    attributes: message.messageAttributes,
    ...(message.deadLetterSourceArn === undefined ? {} : { deadLetterSourceArn: message.deadLetterSourceArn }),
  };
}

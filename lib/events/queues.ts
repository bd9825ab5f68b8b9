import { SendMessageBatchCommand, type SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { isRecord } from '../engine/objects.ts';
import { type Lane, lanes } from '../kinds/define.ts';
import { deduplicationId, messageGroupId, type ObjectEvent } from './event.ts';
import type { Sqs } from './sqs-client.ts';

/** Why SQS did not take an event. */
export interface SendProblem {
  readonly event: ObjectEvent;
  /** SQS's error code or the SDK's error name, such as `ThrottlingException`, `TimeoutError`. */
  readonly code: string;
  readonly message: string;
  /** True where SQS says that the request is wrong, so that sending the same again gives the same answer. */
  readonly senderFault: boolean;
}

export interface SendResult {
  readonly sent: number;
  readonly failed: readonly ObjectEvent[];
  /** One for each failed event, in the same order. */
  readonly problems: readonly SendProblem[];
}

/** Sends events to the queue of their kind's lane. Never throws for what SQS says; what was not taken is returned. */
export interface EventSender {
  send(events: readonly ObjectEvent[]): Promise<SendResult>;
}

export interface EventSenderOptions {
  readonly client: Sqs;
  readonly queueUrls: Readonly<Record<Lane, string>>;
  /** The lane of a kind; undefined where no kind has that name. */
  readonly laneOf: (kind: string) => Lane | undefined;
}

// SQS takes ten messages in one call, and together no more than this (the lowest of the limits a queue may have).
const batchEvents = 10;
const batchBytes = 256 * 1024;
// Connections to SQS that one call of `send` may use at once.
const parallelBatches = 8;

interface Batch {
  readonly queueUrl: string;
  readonly events: readonly ObjectEvent[];
}

/** Makes the sender of a deployment's queues. */
export function createEventSender({ client, queueUrls, laneOf }: EventSenderOptions): EventSender {
  return {
    async send(events) {
      const { batches, problems } = batchesOf(events, queueUrls, laneOf);
      const waiting = batches.values();
      const found = [...problems];
      // Several workers take from one iterator: as many calls at once as there are workers.
      const work = async () => {
        for (const batch of waiting) found.push(...(await sendBatch(client, batch)));
      };
      await Promise.all(Array.from({ length: Math.min(parallelBatches, batches.length) }, work));
      return { sent: events.length - found.length, failed: found.map(({ event }) => event), problems: found };
    },
  };
}

/** Each lane's queue URL, where the queues are named after their lanes: `<prefix><lane>.fifo`. */
export function queueUrlsOf(prefix: string): Record<Lane, string> {
  return Object.fromEntries(lanes.map((lane) => [lane, `${prefix}${lane}.fifo`])) as Record<Lane, string>;
}

function batchesOf(
  events: readonly ObjectEvent[],
  queueUrls: EventSenderOptions['queueUrls'],
  laneOf: EventSenderOptions['laneOf'],
): { batches: readonly Batch[]; problems: readonly SendProblem[] } {
  const problems: SendProblem[] = [];
  const byQueue = new Map<string, ObjectEvent[]>();
  for (const event of events) {
    const lane = laneOf(event.data.kind);
    const size = sizeOf(event);
    if (lane === undefined) {
      problems.push(ownProblem(event, 'UnknownKind', `no queue serves the kind "${event.data.kind}"`));
    } else if (size > batchBytes) {
      problems.push(ownProblem(event, 'TooLong', `${size} bytes are more than SQS takes (${batchBytes})`));
    } else {
      byQueue.set(queueUrls[lane], [...(byQueue.get(queueUrls[lane]) ?? []), event]);
    }
  }
  const batches = [...byQueue].flatMap(([queueUrl, queued]) =>
    split(queued).map((part) => ({ queueUrl, events: part })),
  );
  return { batches, problems };
}

function split(events: readonly ObjectEvent[]): readonly (readonly ObjectEvent[])[] {
  const parts: ObjectEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const last = parts.at(-1);
    const size = sizeOf(event);
    if (last === undefined || last.length === batchEvents || bytes + size > batchBytes) {
      parts.push([event]);
      bytes = size;
    } else {
      last.push(event);
      bytes += size;
    }
  }
  return parts;
}

async function sendBatch(client: Sqs, { queueUrl, events }: Batch): Promise<readonly SendProblem[]> {
  const Entries = events.map(entryOf);
  try {
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const taken = new Set(answer.Successful?.map(({ Id }) => Id));
    const refused = new Map(answer.Failed?.map((entry) => [entry.Id, entry]));
    return events.flatMap((event, index) => {
      if (taken.has(String(index))) return [];
      // SQS answers 200 even where it refused each message, and an entry that is in neither list was not taken.
      const {
        Code = 'Unanswered',
        Message = 'SQS did not answer for this message',
        SenderFault = false,
      } = refused.get(String(index)) ?? {};
      return [{ event, code: Code, message: Message, senderFault: SenderFault }];
    });
  } catch (error) {
    return events.map((event) => ({ event, ...faultOf(error) }));
  }
}

function entryOf(event: ObjectEvent, index: number): SendMessageBatchRequestEntry {
  return {
    Id: String(index),
    MessageBody: JSON.stringify(event),
    MessageGroupId: messageGroupId(event.data),
    MessageDeduplicationId: deduplicationId(event.data),
    // For whoever looks at a queue or filters it; the function reads the body only.
    MessageAttributes: {
      kind: { DataType: 'String', StringValue: event.data.kind },
      cause: { DataType: 'String', StringValue: event.data.cause },
    },
  };
}

function faultOf(error: unknown): Omit<SendProblem, 'event'> {
  const { name: code, message } = error instanceof Error ? error : new Error(String(error));
  const senderFault = isRecord(error) && error['$fault'] === 'client' && !isThrottling(error);
  return { code, message, senderFault };
}

// The SDK marks throttling as the client's fault as well; waiting helps there.
function isThrottling(error: Readonly<Record<string, unknown>>): boolean {
  const retryable = error['$retryable'];
  return (isRecord(retryable) && retryable['throttling'] === true) || /thrott/i.test(String(error['name']));
}

function ownProblem(event: ObjectEvent, code: string, message: string): SendProblem {
  return { event, code, message, senderFault: true };
}

// What SQS counts: the body and the names, types and values of the attributes.
function sizeOf(event: ObjectEvent): number {
  const { kind, cause } = event.data;
  return Buffer.byteLength(JSON.stringify(event)) + Buffer.byteLength(`kindString${kind}causeString${cause}`);
}

import { randomUUID } from 'node:crypto';
import type { Message, Queue } from './emulator.ts';
import { dropExpired, groupOf, lock, releaseMessage, takeMessages } from './groups.ts';

const DEDUPLICATION_MS = 5 * 60 * 1000;
const REMEMBERED_DELETIONS = 10_000;
// The shortest retention period is a minute, and a look at every group is dear where there are thousands.
const RETENTION_CHECK_MS = 1000;
// Not allowed in either id, so the two can be joined and parted again.
const SEPARATOR = '\u0000';

/** What the receipt handle of a delete or a visibility change refers to. */
export type HandleState = 'in-flight' | 'deleted' | 'expired' | 'unknown';

/** What the rules of requests and the look from outside need to know of a queue beyond fauxqs' own fields. */
export interface FifoQueue {
  readonly queue: Queue;
  stateOf(receiptHandle: string): HandleState;
  /** Seconds since the message of a handle in flight was received. */
  ageOf(receiptHandle: string): number;
  /** Takes a receive back, as if the message had never left the queue: its receiver is gone. */
  undoReceive(receiptHandle: string): void;
  readonly deduplication: Map<string, SentBefore>;
}

export interface SentBefore {
  readonly messageId: string;
  readonly sequenceNumber: string | undefined;
  readonly at: number;
}

/** The deduplication id as we hand it to fauxqs, which knows one scope for the whole queue only. */
export function scopedDeduplicationId(groupId: string, deduplicationId: string): string {
  return groupId + SEPARATOR + deduplicationId;
}

interface Tightened {
  readonly queue: Queue;
  readonly now: () => number;
  readonly deduplication: Map<string, SentBefore>;
  readonly deleted: Set<string>;
  readonly receivedAt: Map<string, number>;
}

/**
 * Replaces the methods of a fauxqs FIFO queue in which it is kinder than SQS:
 * a receive takes several messages of one group (fauxqs: one), deduplication is per message group, messages of a group
 * return in their order whichever timeout ends first, a dead letter gets a sequence number of its new queue, messages
 * leave after the retention period, and time is `now`, so that tests need not wait for it.
 */
export function tightenFifo(queue: Queue, now: () => number): FifoQueue {
  const tightened = { queue, now, deduplication: new Map(), deleted: new Set<string>(), receivedAt: new Map() };
  tightenSending(tightened);
  tightenReceiving(tightened);
  tightenTimers(tightened);
  return {
    queue,
    deduplication: tightened.deduplication,
    stateOf: (handle) => {
      if (queue.inflightMessages.has(handle)) return 'in-flight';
      if (tightened.deleted.has(handle)) return 'deleted';
      return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(handle) ? 'expired' : 'unknown';
    },
    ageOf: (handle) => (now() - (tightened.receivedAt.get(handle) ?? now())) / 1000,
    undoReceive: (handle) => {
      const entry = queue.inflightMessages.get(handle);
      if (entry) entry.message.approximateReceiveCount -= 1;
      queue.changeVisibility(handle, 0);
    },
  };
}

function tightenSending({ queue, now, deduplication }: Tightened): void {
  const enqueue = queue.enqueue.bind(queue);
  queue.enqueue = (message) => {
    const [, deduplicationId] = (message.messageDeduplicationId ?? '').split(SEPARATOR);
    if (deduplicationId !== undefined) message.messageDeduplicationId = deduplicationId;
    message.sentTimestamp = now();
    enqueue(message);
  };
  queue.checkDeduplication = (id) => {
    const sent = deduplication.get(id);
    if (!sent || sent.at + DEDUPLICATION_MS <= now()) return { isDuplicate: false };
    return {
      isDuplicate: true,
      originalMessageId: sent.messageId,
      ...(sent.sequenceNumber === undefined ? {} : { originalSequenceNumber: sent.sequenceNumber }),
    };
  };
  queue.recordDeduplication = (id, messageId, sequenceNumber) => {
    for (const [old, { at }] of deduplication) {
      if (at + DEDUPLICATION_MS > now()) break; // insertion order is age
      deduplication.delete(old);
    }
    deduplication.set(id, { messageId, sequenceNumber, at: now() });
  };
}

function tightenReceiving({ queue, now, deleted, receivedAt }: Tightened): void {
  queue.dequeue = (maxCount, visibilitySeconds, deadLetterQueue) => {
    queue.processTimers();
    const seconds = visibilitySeconds ?? Number(queue.attributes['VisibilityTimeout']);
    return takeMessages(queue, Math.min(maxCount, 10), deadLetterQueue).map((message) => {
      const receiptHandle = randomUUID();
      const visibilityDeadline = now() + seconds * 1000;
      message.approximateFirstReceiveTimestamp ??= now();
      receivedAt.set(receiptHandle, now());
      lock(queue, groupOf(message), 1);
      queue.inflightMessages.set(receiptHandle, { message, receiptHandle, visibilityDeadline });
      return received(message, receiptHandle);
    });
  };
  const deleteMessage = queue.deleteMessage.bind(queue);
  queue.deleteMessage = (handle) => {
    receivedAt.delete(handle);
    if (queue.inflightMessages.has(handle)) remember(deleted, handle);
    return deleteMessage(handle);
  };
}

function tightenTimers({ queue, now, receivedAt }: Tightened): void {
  const processTimers = queue.processTimers.bind(queue);
  let checkedAt = 0;
  queue.processTimers = () => {
    for (const [handle, entry] of queue.inflightMessages) {
      if (entry.visibilityDeadline > now()) continue;
      receivedAt.delete(handle);
      releaseMessage(queue, handle);
    }
    if (now() >= checkedAt + RETENTION_CHECK_MS) {
      checkedAt = now();
      dropExpired(queue, checkedAt);
    }
    processTimers(); // wakes those who wait
  };
  queue.changeVisibility = (handle, seconds) => {
    const entry = queue.inflightMessages.get(handle);
    if (entry) entry.visibilityDeadline = now() + seconds * 1000;
    queue.processTimers();
  };
}

function received(message: Message, ReceiptHandle: string): ReturnType<Queue['dequeue']>[number] {
  return {
    MessageId: message.messageId,
    ReceiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(message.md5OfMessageAttributes ? { MD5OfMessageAttributes: message.md5OfMessageAttributes } : {}),
    ...(Object.keys(message.messageAttributes).length > 0 ? { MessageAttributes: message.messageAttributes } : {}),
  };
}

function remember(handles: Set<string>, handle: string): void {
  handles.add(handle);
  const [oldest] = handles;
  if (handles.size > REMEMBERED_DELETIONS && oldest !== undefined) handles.delete(oldest);
}

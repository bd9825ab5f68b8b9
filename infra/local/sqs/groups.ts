import type { Message, Queue } from './emulator.ts';

/** A message as we keep it: fauxqs' fields, and where a dead letter came from. */
export type StrictMessage = Message & { deadLetterSourceArn?: string };

/** Puts ready messages into their groups; a restart uses it, too. */
export function putBack(queue: Queue, message: Message): void {
  const waiting = queue.fifoMessages.get(groupOf(message)) ?? [];
  const later = waiting.findIndex((other) => sequence(other) > sequence(message));
  waiting.splice(later === -1 ? waiting.length : later, 0, message);
  queue.fifoMessages.set(groupOf(message), waiting);
}

/** Counts one more (or less) message of a group in flight: while there is one, the group gives out no other. */
export function lock(queue: Queue, groupId: string, by: 1 | -1): void {
  const count = (queue.fifoLockedGroups.get(groupId) ?? 0) + by;
  if (count > 0) queue.fifoLockedGroups.set(groupId, count);
  else queue.fifoLockedGroups.delete(groupId);
}

export function groupOf(message: Message): string {
  return message.messageGroupId ?? '';
}

/** Ends the flight of a message; it takes its old place in its group. */
export function releaseMessage(queue: Queue, handle: string): void {
  const entry = queue.inflightMessages.get(handle);
  if (!entry) return;
  queue.inflightMessages.delete(handle);
  lock(queue, groupOf(entry.message), -1);
  putBack(queue, entry.message);
}

/**
 * Takes up to `count` messages, as many of one group as there are before it turns to the next, and only of groups with
 * nothing in flight. Those received too often go to `deadLetterQueue(arn)` instead.
 */
export function takeMessages(
  queue: Queue,
  count: number,
  deadLetterQueue: ((arn: string) => Queue | undefined) | undefined,
): readonly Message[] {
  const policy = redrivePolicy(queue);
  const target = policy && deadLetterQueue?.(policy.deadLetterTargetArn);
  const taken: Message[] = [];
  for (const [groupId, waiting] of queue.fifoMessages) {
    if (queue.fifoLockedGroups.has(groupId)) continue;
    while (taken.length < count) {
      const message = waiting.shift();
      if (!message) break;
      message.approximateReceiveCount += 1;
      if (target && message.approximateReceiveCount > policy.maxReceiveCount) bury(message, queue, target);
      else taken.push(message);
    }
    if (waiting.length === 0) queue.fifoMessages.delete(groupId);
    if (taken.length === count) break;
  }
  return taken;
}

function bury(message: StrictMessage, from: Queue, to: Queue): void {
  message.deadLetterSourceArn = from.arn;
  message.sequenceNumber = to.nextSequenceNumber();
  to.enqueue(message);
}

function redrivePolicy(
  queue: Queue,
): { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number } | undefined {
  const policy = queue.attributes['RedrivePolicy'];
  if (!policy) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy);
  return { deadLetterTargetArn: String(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) };
}

/** Forgets the waiting messages older than the retention period. */
export function dropExpired(queue: Queue, now: number): void {
  const oldest = now - Number(queue.attributes['MessageRetentionPeriod']) * 1000;
  for (const [groupId, waiting] of queue.fifoMessages) {
    const kept = waiting.filter(({ sentTimestamp }) => sentTimestamp > oldest);
    if (kept.length === 0) queue.fifoMessages.delete(groupId);
    else if (kept.length < waiting.length) queue.fifoMessages.set(groupId, kept);
  }
}

function sequence(message: Message): string {
  return message.sequenceNumber ?? '';
}

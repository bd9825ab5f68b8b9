import type { Log } from '../engine/ports.ts';
import type { Verdict } from '../engine/verdict.ts';
import type { BatchPorts } from './batch.ts';
import type { DeadLetterReason } from './dead-letters.ts';
import { messageGroupId, type ObjectEventData, objectEvent } from './event.ts';
import { createFirstErrors } from './first-errors.ts';
import type { QueueRecord } from './record.ts';

export const time = new Date('2026-03-01T12:00:00Z');

export function dataOf(name: string, some: Partial<ObjectEventData> = {}): ObjectEventData {
  const base = { cluster: 'blue', group: 'g', version: 'v1', kind: 'Shop', namespace: 'team', uid: `uid-${name}` };
  return { ...base, name, generation: 1, resourceVersion: '1', cause: 'change', ...some };
}

let sent = 0;
/** The event as a queue gives it, received so often. */
export function record(data: ObjectEventData, received = 1): QueueRecord {
  sent += 1;
  return {
    messageId: `m${sent}`,
    receiptHandle: `r${sent}`,
    body: JSON.stringify(objectEvent(data, time)),
    attributes: { ApproximateReceiveCount: String(received), MessageGroupId: messageGroupId(data) },
  };
}

/** A message that is no event. */
export function broken(body: string, group = 'g1'): QueueRecord {
  sent += 1;
  const attributes = { ApproximateReceiveCount: '1', MessageGroupId: group };
  return { messageId: `m${sent}`, receiptHandle: `r${sent}`, body, attributes };
}

interface Kept {
  readonly id: string;
  readonly reason: DeadLetterReason;
}

/** Ports that remember, with a reconcile that answers by the object's name. */
export function createPorts(verdicts: Readonly<Record<string, Verdict | Error>>, some: Partial<BatchPorts> = {}) {
  const looked: ObjectEventData[] = [];
  const kept: Kept[] = [];
  const delays: Record<string, number> = {};
  const lines: string[] = [];
  const line = (message: string): void => void lines.push(message);
  const log: Log = { debug: line, info: line, warn: line, error: line };
  const ports: BatchPorts = {
    async reconcile(event) {
      looked.push(event);
      const verdict = verdicts[event.name] ?? { is: 'done' };
      if (verdict instanceof Error) throw verdict;
      return verdict;
    },
    deadLetters: { keep: async ({ messageId }, reason) => void kept.push({ id: messageId, reason }) },
    delay: async ({ messageId }, seconds) => {
      delays[messageId] = seconds;
    },
    firstErrors: createFirstErrors(),
    remaining: () => 900_000,
    functionName: 'reconcile-test',
    clock: { now: () => time },
    log,
    random: () => 0.5,
    ...some,
  };
  return { ports, looked, kept, delays, lines };
}

export const retry = { is: 'retry', message: 'Konnect is away' } as const;

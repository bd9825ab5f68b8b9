import type { Clock, Log } from '../engine/ports.ts';
import { type Verdict, verdictOf } from '../engine/verdict.ts';
import { backoffSeconds, maxAttempts } from './backoff.ts';
import type { DeadLetters } from './dead-letters.ts';
import { isThorough, messageGroupId, type ObjectEvent, type ObjectEventData, parseEvent } from './event.ts';
import type { FirstError, FirstErrors } from './first-errors.ts';
import { type QueueRecord, receiveCount } from './record.ts';

export interface BatchPorts {
  reconcile(event: ObjectEventData): Promise<Verdict>;
  readonly deadLetters: DeadLetters;
  /** Lives as long as the container. */
  readonly firstErrors: FirstErrors;
  /** Hides a message for so many seconds from now. */
  delay(record: QueueRecord, seconds: number): Promise<void>;
  /** Milliseconds that the function may still run. */
  remaining(): number;
  readonly functionName: string;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 up to 1. */
  random(): number;
}

/** Work on an object begins only if this much time is left: enough for the slowest reconcile to end by its own timeouts. */
export const reserveMilliseconds = 20_000;

/**
 * Handles one batch and returns the message ids that must come back. Objects run side by side. Several events of one
 * object are one piece of work, since each asks for the same look at its present state: what the last one wants to be seen
 * is seen. So they succeed together, and fail together, which keeps their order. What former objects of that name left in
 * control planes is removed before, each by a piece of work of its own.
 */
export async function handleBatch(records: readonly QueueRecord[], ports: BatchPorts): Promise<readonly string[]> {
  const groups = new Map<string, QueueRecord[]>();
  for (const record of records) {
    const group = record.attributes.MessageGroupId ?? record.messageId;
    groups.set(group, [...(groups.get(group) ?? []), record]);
  }
  const failed = await Promise.all([...groups.values()].map((group) => handleGroup(group, ports)));
  return failed.flat();
}

/** @returns the ids of the records that stay on the queue. Never throws: one object's trouble is not that of the others. */
async function handleGroup(records: readonly QueueRecord[], ports: BatchPorts): Promise<readonly string[]> {
  try {
    const { events, malformed } = parseAll(records);
    for (const { record, message } of malformed) {
      await giveUp(ports, record, { is: 'malformed', message });
    }
    const failed: string[] = [];
    for (const same of byWork(events)) failed.push(...(await handleWork(same, ports)));
    return failed;
  } catch (error) {
    ports.log.error('batch group failed', { error });
    return records.map(({ messageId }) => messageId);
  }
}

interface Parsed {
  readonly record: QueueRecord;
  readonly event: ObjectEvent;
}

function parseAll(records: readonly QueueRecord[]) {
  const events: Parsed[] = [];
  const malformed: { record: QueueRecord; message: string }[] = [];
  for (const record of records) {
    try {
      events.push({ record, event: parseEvent(record.body) });
    } catch (error) {
      malformed.push({ record, message: error instanceof Error ? error.message : 'not an event' });
    }
  }
  return { events, malformed };
}

// A group is one object by construction; a sender of its own making may have mixed some.
function byWork(events: readonly Parsed[]): readonly (readonly Parsed[])[] {
  const isRest = ({ event }: Parsed) => Number(event.data.orphanIn === undefined);
  const orphansFirst = events.toSorted((one, other) => isRest(one) - isRest(other));
  return [...Map.groupBy(orphansFirst, workOf).values()];
}

/** The same for events that ask for the same: a look at one object, or the removal of what one object left in one place. */
function workOf({ event: { data } }: Parsed): string {
  const { uid, orphanIn } = data;
  return JSON.stringify([messageGroupId(data), ...(orphanIn ? [uid, orphanIn.namespace, orphanIn.name] : [])]);
}

async function handleWork(same: readonly Parsed[], ports: BatchPorts): Promise<readonly string[]> {
  const ids = same.map(({ record }) => record.messageId);
  if (ports.remaining() < reserveMilliseconds) {
    await Promise.all(same.map(({ record }) => ports.delay(record, 0)));
    return ids;
  }
  const verdict = await ports.reconcile(merged(same.map(({ event }) => event.data))).catch(verdictOf);
  switch (verdict.is) {
    case 'done':
    case 'wait':
    case 'terminal':
      for (const id of ids) ports.firstErrors.forget(id);
      return [];
    case 'malformed':
      // One of them is no event of ours; the others may be.
      if (same.length > 1) return eachAlone(same, ports);
      await Promise.all(same.map(({ record }) => giveUp(ports, record, verdict)));
      return [];
    case 'retry':
      return retry(same, ports, verdict);
    default:
      return verdict satisfies never;
  }
}

async function eachAlone(same: readonly Parsed[], ports: BatchPorts): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const one of same) failed.push(...(await handleWork([one], ports)));
  return failed;
}

/** One event that asks for all that the others ask for. */
function merged(all: readonly ObjectEventData[]): ObjectEventData {
  const last = all[all.length - 1] as ObjectEventData;
  const force = all.some(isThorough);
  // A wake-up asks for its references to be looked at, which a change alone may not.
  const cause = all.some((one) => one.cause === 'dependency') ? 'dependency' : last.cause;
  return { ...last, cause, ...(force ? { force } : {}) };
}

async function retry(
  same: readonly Parsed[],
  ports: BatchPorts,
  verdict: Extract<Verdict, { is: 'retry' }>,
): Promise<readonly string[]> {
  for (const { record } of same)
    ports.firstErrors.note(record.messageId, firstErrorOf(record, verdict, ports.clock.now()));
  const attempts = Math.max(...same.map(({ record }) => receiveCount(record)));
  const spent = same.filter(({ record }) => receiveCount(record) >= maxAttempts);
  for (const { record } of spent) await giveUp(ports, record, verdict);
  const again = same.filter((one) => !spent.includes(one));
  const seconds = backoffSeconds(attempts, verdict.afterSeconds, ports.random());
  await Promise.all(again.map(({ record }) => ports.delay(record, seconds)));
  return again.map(({ record }) => record.messageId);
}

type Given = Extract<Verdict, { is: 'malformed' | 'retry' }>;

async function giveUp(ports: BatchPorts, record: QueueRecord, verdict: Given): Promise<void> {
  const subject = subjectOf(record);
  const gaveUpAt = ports.clock.now();
  await ports.deadLetters.keep(record, {
    verdict: verdict.is,
    reason: verdict.message,
    firstError: ports.firstErrors.of(record.messageId) ?? firstErrorOf(record, verdict, gaveUpAt),
    functionName: ports.functionName,
    gaveUpAt,
    ...(subject === undefined ? {} : { subject }),
  });
  ports.firstErrors.forget(record.messageId);
  ports.log.error('event became a dead letter', { verdict: verdict.is, reason: verdict.message, subject });
}

/** What is known of a message's first error by a container that sees it fail for the first time. */
function firstErrorOf(record: QueueRecord, verdict: Given, now: Date): FirstError {
  const attempts = receiveCount(record);
  if (attempts > 1 && verdict.is === 'retry' && verdict.before !== undefined) {
    return { message: verdict.before.message, at: verdict.before.since, from: 'condition' };
  }
  const isLast = verdict.is === 'malformed' || attempts >= maxAttempts;
  return { message: verdict.message, at: now.toISOString(), from: isLast ? 'last' : 'memory' };
}

function subjectOf(record: QueueRecord): string | undefined {
  try {
    return parseEvent(record.body).subject;
  } catch {
    // A malformed body names no object that could be trusted.
    return undefined;
  }
}

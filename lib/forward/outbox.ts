import { type BackoffOptions, backoffMs, pause } from '../cluster/pause.ts';
import type { Cause, ObjectEvent } from '../events/event.ts';
import type { EventSender, SendProblem, SendResult } from '../events/queues.ts';
import type { Node } from './node.ts';

/** What waits to be sent to one queue. Nothing leaves but by being taken by SQS, or because its object is gone. */
export interface Outbox {
  /** A newer event replaces an older one of the same object and cause: one look at the object answers both. */
  put(node: Node, event: ObjectEvent): void;
  /** The object is gone, so nobody needs to look at it. */
  drop(node: Node): void;
  isPending(node: Node): boolean;
  readonly size: number;
  /** How often in a row SQS took nothing. */
  readonly failures: number;
  /** Sends until the signal aborts; resolves then, and never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves once nothing waits or the signal aborts; ends a backoff that is under way. */
  emptied(signal: AbortSignal): Promise<void>;
}

export interface OutboxOptions {
  readonly sender: EventSender;
  readonly backoff: BackoffOptions;
  readonly onSent?: (events: readonly ObjectEvent[]) => void;
  readonly onProblems?: (problems: readonly SendProblem[]) => void;
}

type Slot = Cause | 'forced';
interface Waiting {
  readonly node: Node;
  readonly slot: Slot;
  readonly event: ObjectEvent;
}

// What one call of the sender gets: ten full batches.
const portion = 100;
// An event that comes on the heels of a call waits so long for others: a burst is then a few full batches, and not one
// call to SQS for every object or two. Whatever comes after a silence goes out at once.
const gatherMs = 20;
const fullBatch = 10;
// What SQS refuses a part of is sent more slowly, but the others must not wait long for that.
const longestWhilePartTakenMs = 1_000;

/** Makes an empty outbox. It holds at most one event for each object and cause. */
export function createOutbox({ sender, backoff, onSent, onProblems }: OutboxOptions): Outbox {
  const events = new Map<Node, Map<Slot, ObjectEvent>>();
  let size = 0;
  let failures = 0;
  let attempt = 0;
  let hurry = new AbortController();
  let changed = Promise.withResolvers<void>();

  function announce(): void {
    changed.resolve();
    changed = Promise.withResolvers();
  }

  function remove(node: Node, slot: Slot): void {
    const slots = events.get(node);
    if (slots?.delete(slot) === true) size -= 1;
    if (slots?.size === 0) events.delete(node);
  }

  function put(node: Node, slot: Slot, event: ObjectEvent): void {
    const slots = events.get(node) ?? new Map<Slot, ObjectEvent>();
    if (!slots.has(slot)) size += 1;
    slots.set(slot, event);
    events.set(node, slots);
  }

  function first(): readonly Waiting[] {
    const taken: Waiting[] = [];
    for (const [node, slots] of events) {
      for (const [slot, event] of slots) taken.push({ node, slot, event });
      if (taken.length >= portion) break;
    }
    return taken;
  }

  // What SQS refuses for its own sake must not hold up the others.
  function moveToEnd(node: Node): void {
    const slots = events.get(node);
    if (slots === undefined) return;
    events.delete(node);
    events.set(node, slots);
  }

  // One round: an event that was replaced while it was on its way stays, as the newer one. True where all was taken.
  async function send(waiting: readonly Waiting[]): Promise<boolean> {
    const { failed, problems } = await trySend(
      sender,
      waiting.map(({ event }) => event),
    );
    const refused = new Set(failed);
    for (const { node, slot, event } of waiting) {
      if (refused.has(event)) moveToEnd(node);
      else if (events.get(node)?.get(slot) === event) remove(node, slot);
    }
    const sent = waiting.map(({ event }) => event).filter((event) => !refused.has(event));
    failures = sent.length > 0 ? 0 : failures + 1;
    if (sent.length > 0) onSent?.(sent);
    if (problems.length > 0) onProblems?.(problems);
    announce();
    return problems.length === 0;
  }

  return {
    put(node, event) {
      put(node, event.data.force === true ? 'forced' : event.data.cause, event);
      announce();
    },
    drop(node) {
      size -= events.get(node)?.size ?? 0;
      events.delete(node);
      announce();
    },
    isPending: (node) => events.has(node),
    get size() {
      return size;
    },
    get failures() {
      return failures;
    },
    async run(signal) {
      signal.addEventListener('abort', announce, { once: true });
      while (!signal.aborted) {
        const waiting = first();
        if (waiting.length === 0) {
          await changed.promise;
          continue;
        }
        // Taken before the call: whoever is in a hurry by the time it fails must not wait either.
        const early = AbortSignal.any([signal, hurry.signal]);
        attempt = (await send(waiting)) ? 0 : attempt + 1;
        const largestMs = failures > 0 ? backoff.largestMs : Math.min(backoff.largestMs, longestWhilePartTakenMs);
        if (attempt > 0) await pause(backoffMs(attempt - 1, { ...backoff, largestMs }), early);
        else if (size < fullBatch) await pause(gatherMs, early);
      }
    },
    async emptied(signal) {
      signal.addEventListener('abort', announce, { once: true });
      attempt = 0;
      hurry.abort();
      hurry = new AbortController();
      while (size > 0 && !signal.aborted) await changed.promise;
    },
  };
}

async function trySend(sender: EventSender, events: readonly ObjectEvent[]): Promise<Omit<SendResult, 'sent'>> {
  try {
    return await sender.send(events);
  } catch (error) {
    const { name: code, message } = error instanceof Error ? error : new Error(String(error));
    return { failed: events, problems: events.map((event) => ({ event, code, message, senderFault: false })) };
  }
}

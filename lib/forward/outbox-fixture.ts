import { type Cause, type ObjectEvent, objectEvent } from '../events/event.ts';
import type { EventSender, SendResult } from '../events/queues.ts';
import { depot, objectOf } from './fixture.ts';
import { nodeOf } from './node.ts';
import type { Outbox } from './outbox.ts';

export const backoff = { firstMs: 1, largestMs: 2 };
export const nodeNamed = (name: string) => nodeOf(depot.resource, { namespace: 'team', name });

export function eventOf(name: string, version = 1, cause: Cause = 'change', more: { force?: true } = {}): ObjectEvent {
  const { uid, generation = 0 } = objectOf(depot, name).metadata;
  const data = { cluster: 'prod', group: 'g', version: 'v1', kind: 'Depot', namespace: 'team', name, uid, generation };
  return objectEvent({ ...data, resourceVersion: String(version), cause, ...more }, new Date(0));
}

/** A queue that takes what `takes` says and keeps it. */
export function queue(takes: (event: ObjectEvent, call: number) => boolean = () => true) {
  const taken: ObjectEvent[] = [];
  const calls: (readonly ObjectEvent[])[] = [];
  const sender: EventSender = {
    async send(events): Promise<SendResult> {
      calls.push(events);
      const failed = events.filter((event) => !takes(event, calls.length));
      taken.push(...events.filter((event) => !failed.includes(event)));
      const problems = failed.map((event) => ({ event, code: 'Busy', message: 'busy', senderFault: false }));
      return { sent: events.length - failed.length, failed, problems };
    },
  };
  return { sender, taken, calls };
}

/** Runs the outbox until nothing is left in it. */
export async function emptied(outbox: Pick<Outbox, 'run' | 'emptied'>): Promise<void> {
  const stop = new AbortController();
  const running = outbox.run(stop.signal);
  await outbox.emptied(stop.signal);
  stop.abort();
  await running;
}

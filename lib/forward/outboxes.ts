import type { BackoffOptions } from '../cluster/pause.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { type ObjectEvent, type ObjectEventData, objectEvent } from '../events/event.ts';
import type { EventSender, SendProblem } from '../events/queues.ts';
import type { Kind, Lane } from '../kinds/define.ts';
import type { Metrics } from './metrics.ts';
import { type Node, nodeOf } from './node.ts';
import { createOutbox, type Outbox } from './outbox.ts';

/** One outbox for each lane, so that a queue that is closed holds up nothing but its own kinds. */
export interface Outboxes {
  put(events: readonly ObjectEventData[]): void;
  drop(node: Node): void;
  isPending(node: Node): boolean;
  readonly size: number;
  /** False while a queue took nothing several times in a row. */
  readonly reachable: boolean;
  run(signal: AbortSignal): Promise<void>;
  emptied(signal: AbortSignal): Promise<void>;
}

export interface OutboxesOptions {
  readonly kinds: readonly Kind[];
  readonly sender: EventSender;
  readonly backoff: BackoffOptions;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

// One failure is a hiccup, and the SDK has tried several times by then.
const failuresThatMatter = 3;

export function createOutboxes({ kinds, sender, backoff, clock, log, metrics }: OutboxesOptions): Outboxes {
  const byLane = new Map<Lane, Outbox>();
  const byKind = new Map<string, { readonly kind: Kind; readonly outbox: Outbox }>();
  for (const kind of kinds) {
    const outbox = byLane.get(kind.lane) ?? createOutbox({ sender, backoff, onSent, onProblems });
    byLane.set(kind.lane, outbox);
    byKind.set(kind.resource.kind, { kind, outbox });
  }
  const all = [...byLane.values()];

  function onSent(events: readonly ObjectEvent[]): void {
    metrics.set('forwarder_last_sent_timestamp_seconds', {}, clock.now().getTime() / 1000);
    for (const { data } of events) {
      const { kind, namespace, name, cause } = data;
      metrics.count('forwarder_events_sent_total', { kind, cause });
      log.debug('event sent', { kind, namespace, name, cause });
    }
  }

  function onProblems(problems: readonly SendProblem[]): void {
    for (const [code, alike] of Map.groupBy(problems, (problem) => problem.code)) {
      const [{ message, senderFault, event } = {}] = alike;
      metrics.count('forwarder_send_failures_total', { code }, alike.length);
      const fields = { code, error: message, events: alike.length, kind: event?.data.kind };
      // What SQS calls our fault will not pass by itself: a queue or a right is missing.
      if (senderFault) log.error('queue refuses events; they stay here', fields);
      else log.warn('queue did not take events; they stay here', fields);
    }
  }

  return {
    put(events) {
      for (const data of events) {
        const target = byKind.get(data.kind);
        target?.outbox.put(nodeOf(target.kind.resource, data), objectEvent(data, clock.now()));
      }
    },
    drop(node) {
      for (const outbox of all) outbox.drop(node);
    },
    isPending: (node) => all.some((outbox) => outbox.isPending(node)),
    get size() {
      return all.reduce((sum, outbox) => sum + outbox.size, 0);
    },
    get reachable() {
      return all.every(({ failures }) => failures < failuresThatMatter);
    },
    run: async (signal) => void (await Promise.all(all.map((outbox) => outbox.run(signal)))),
    emptied: async (signal) => void (await Promise.all(all.map((outbox) => outbox.emptied(signal)))),
  };
}

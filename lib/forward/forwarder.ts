import { type BackoffOptions, type Pause, pause } from '../cluster/pause.ts';
import type { WatchObjects } from '../cluster/watch.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { EventSender } from '../events/queues.ts';
import type { Kind } from '../kinds/define.ts';
import { createDependants } from './dependants.ts';
import type { Metrics } from './metrics.ts';
import { nodeOf } from './node.ts';
import { createOthers, type OtherResource, type Others, otherResources } from './others.ts';
import { createOutboxes, type Outboxes } from './outboxes.ts';
import { recheckEveryMs } from './recheck.ts';
import { createStage, type Watched } from './stage.ts';
import { createTracker, type Tracker } from './tracker.ts';
import { createUsers, type UserResource, type Users, userResources } from './users.ts';

export interface ForwarderOptions {
  readonly kinds: readonly Kind[];
  /** The name under which this deployment knows the cluster. */
  readonly cluster: string;
  /** All namespaces where absent. */
  readonly namespaces?: readonly string[];
  readonly watch: WatchObjects;
  readonly sender: EventSender;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Between attempts while SQS takes nothing. */
  readonly backoff?: BackoffOptions;
  readonly wait?: Pause;
}

export interface Forwarder {
  /** Watches and sends until the signal aborts; what is not sent by then stays for `drain`. Once only. */
  run(signal: AbortSignal): Promise<void>;
  /** Everything was listed once, and SQS takes events. */
  ready(): boolean;
  /** Sends what is left, for so long at most, then stops sending; gives how many events are left. */
  drain(milliseconds: number): Promise<number>;
  /** Writes the gauges, which nobody needs between two scrapes. */
  report(): void;
}

/**
 * Makes the forwarder of one cluster: sight of an object → event in the queue of its kind. It knows kinds by their
 * declaration only, and holds a few hashes of each object, never its content.
 */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const { kinds, cluster, namespaces, watch, clock, log, metrics, wait = pause } = options;
  const { sender, backoff = { firstMs: 200, largestMs: 30_000 } } = options;
  const dependants = createDependants(kinds);
  const tracker = createTracker({ kinds, cluster, namespaces, dependants, clock });
  const outboxes = createOutboxes({ kinds, sender, backoff, clock, log, metrics });
  const others = createOthers({ dependants, tracker, isPending: outboxes.isPending, clock });
  const users = createUsers(tracker);
  const sending = new AbortController();
  const attempted = Promise.withResolvers<void>();
  const common = { namespaces, onEvents: outboxes.put, log, metrics };
  let sent: Promise<void> | undefined;

  const first = createStage({
    ...common,
    watched: kinds.map((kind) => watchedKind(kind, tracker, outboxes)),
    onListed() {
      if (first.progress.attempted) attempted.resolve();
      if (first.progress.complete) outboxes.put(tracker.kindsListed());
    },
  });
  // Which Secrets matter follows from the objects, so these come second.
  const second = createStage({
    ...common,
    watched: otherResources(kinds).map((other) => watchedOther(other, others)),
    onListed: tracker.othersListed,
  });

  // A cluster need not serve what may use our objects, so nothing waits for these.
  const third = createStage({
    ...common,
    watched: userResources(kinds).map((resource) => watchedUser(resource, users)),
    onListed: () => undefined,
  });

  async function watchOthers(signal: AbortSignal): Promise<void> {
    await attempted.promise;
    if (!signal.aborted) await Promise.all([second.run(watch, signal), third.run(watch, signal)]);
  }

  async function recheck(signal: AbortSignal): Promise<void> {
    const everyMs = recheckEveryMs(kinds);
    while (everyMs !== undefined && !signal.aborted) {
      await wait(everyMs, signal);
      if (!signal.aborted) outboxes.put(tracker.rechecks());
    }
  }

  const forwarder: Forwarder = {
    async run(signal) {
      signal.addEventListener('abort', () => attempted.resolve(), { once: true });
      sent = outboxes.run(sending.signal);
      await Promise.all([first.run(watch, signal), watchOthers(signal), recheck(signal)]);
    },
    ready: () => first.progress.complete && second.progress.complete && outboxes.reachable,
    async drain(milliseconds) {
      const deadline = AbortSignal.timeout(milliseconds);
      await outboxes.emptied(deadline);
      sending.abort();
      // A call to SQS that hangs has its own timeout, which may be later than the deadline.
      if (!deadline.aborted) await sent;
      return outboxes.size;
    },
    report() {
      for (const [kind, count] of tracker.counts()) metrics.set('forwarder_objects', { kind }, count);
      metrics.set('forwarder_outbox_events', {}, outboxes.size);
      metrics.set('forwarder_ready', {}, forwarder.ready() ? 1 : 0);
    },
  };
  return forwarder;
}

function watchedKind(kind: Kind, tracker: Tracker, outboxes: Outboxes): Watched {
  return {
    resource: kind.resource,
    seen: (object, sight) => tracker.seen(kind, object, sight),
    gone(identity, version) {
      const events = tracker.gone(kind, identity, version);
      const node = nodeOf(kind.resource, identity);
      // What waits for a gone object would make the outbox grow with every object that ever was.
      if (!tracker.has(node)) outboxes.drop(node);
      return events;
    },
    known: (namespace) => tracker.known(kind, namespace),
  };
}

function watchedOther(other: OtherResource, others: Others): Watched {
  return {
    ...other,
    metadataOnly: true,
    seen: (object, sight) => others.seen(other, object, sight),
    gone: (identity, version) => others.gone(other, identity, version),
    known: (namespace) => others.known(other, namespace),
  };
}

function watchedUser(resource: UserResource, users: Users): Watched {
  return {
    resource: resource.resource,
    seen: (object) => users.seen(resource, object),
    gone: (identity, version) => users.gone(resource, identity, version),
    known: (namespace) => users.known(resource, namespace),
  };
}

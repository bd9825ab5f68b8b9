import type { Identity, Sight } from '../cluster/watch.ts';
import { type KubernetesObject, keyOf, type ObjectKey } from '../engine/objects.ts';
import type { Clock } from '../engine/ports.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import type { Dependants } from './dependants.ts';
import { createEarly, type Early } from './early.ts';
import { difference, type Facts, factsOf, isSettled } from './filter.ts';
import { type Node, nodeOf } from './node.ts';
import { recheckWindow } from './recheck.ts';

type Events = readonly ObjectEventData[];
type Why = Pick<ObjectEventData, 'cause' | 'origin' | 'force'>;

interface Tracked {
  readonly kind: Kind;
  readonly key: ObjectKey;
  readonly facts: Facts;
  /** Looked at again in every interval, as its state is now. */
  readonly isRechecked: boolean;
  /** The recheck interval that is over for it; of kinds that have one. */
  window: number | undefined;
}

/** Remembers a little of every object of our kinds, and says which events a sight of one calls for. Sends nothing. */
export interface Tracker {
  seen(kind: Kind, object: KubernetesObject, sight: Sight): Events;
  gone(kind: Kind, identity: Identity, resourceVersion?: string): Events;
  /** Events for whoever must learn of a change of `node`; `origin` names the change. */
  wake(node: Node, origin: string, except?: (referrer: Node) => boolean): Events;
  /** Events for objects that somebody outside says something of. */
  look(nodes: Iterable<Node>, origin: string): Events;
  /** Every kind was listed: events for those who missed a change, at the start or before it. */
  kindsListed(): Events;
  /** Objects outside our kinds were listed: from now on a change of one before its referrer came into view is lost. */
  othersListed(): void;
  /** Events for what is to be looked at again by now. */
  rechecks(): Events;
  has(node: Node): boolean;
  /** What is remembered of one kind, of one namespace or of all. */
  known(kind: Kind, namespace?: string): Iterable<Identity>;
  /** Remembered objects by kind name. */
  counts(): ReadonlyMap<string, number>;
}

export interface TrackerOptions {
  readonly kinds: readonly Kind[];
  readonly cluster: string;
  /** Those in view; all where absent. */
  readonly namespaces?: readonly string[] | undefined;
  readonly dependants: Dependants;
  readonly clock: Clock;
}

/** Makes a tracker that remembers nothing yet. */
export function createTracker({ kinds, cluster, namespaces, dependants, clock }: TrackerOptions): Tracker {
  const objects = new Map<Node, Tracked>();
  // Undefined once every kind is in view.
  let early: Early | undefined = createEarly({ kinds, namespaces, dependants, has: (node) => objects.has(node) });
  let othersAreListed = false;
  // What an object waits for may have changed between two starts, and SQS drops what it was sent within five minutes before.
  const start: Why = { cause: 'resync', origin: `start/${clock.now().getTime()}` };

  const eventsFor = (nodes: Iterable<Node>, why: Why): Events =>
    [...nodes].flatMap((node) => {
      const tracked = objects.get(node);
      return tracked === undefined ? [] : [dataOf(cluster, tracked, why)];
    });

  function wake(node: Node, origin: string, except: (referrer: Node) => boolean = () => false): Events {
    const woken = dependants.referrersOf(node);
    early?.woke(node, origin, woken);
    return eventsFor(
      [...woken].filter((referrer) => !except(referrer)),
      { cause: 'dependency', origin },
    );
  }

  // A deletion may be held until nobody refers to the object any more.
  function release(targets: readonly Node[], origin: string): Events {
    const deleting = targets.filter((target) => objects.get(target)?.facts.deleting === true);
    return eventsFor(deleting, { cause: 'dependency', origin });
  }

  function inform(nodes: readonly Node[], origin: string): Events {
    return eventsFor(new Set(nodes), { cause: 'dependency', origin });
  }

  function atStart(node: Node, kind: Kind, object: KubernetesObject): Events {
    const missedChange = othersAreListed && dependants.wakesOf(node).length > 0;
    if (!isSettled(kind, object) || missedChange) return eventsFor([node], start);
    early?.rests(node);
    return [];
  }

  return {
    wake,
    look: (nodes, origin) => eventsFor(nodes, { cause: 'dependency', origin }),
    seen(kind, object, sight) {
      const node = nodeOf(kind.resource, object.metadata);
      const before = objects.get(node);
      const { uid, resourceVersion } = object.metadata;
      if (before?.facts.uid === uid && before.facts.resourceVersion === resourceVersion) return [];
      const facts = factsOf(kind, object);
      const informedBefore = dependants.informedBy(node);
      const lost = dependants.update(node, kind, object);
      const window = before?.facts.uid === uid ? before.window : windowOf(kind, uid, clock.now());
      objects.set(node, { kind, key: keyOf(object), facts, window, isRechecked: isRechecked(kind, object) });
      early?.seen(node, object);
      early?.forget(lost);
      if (before === undefined && sight === 'first-list') return atStart(node, kind, object);
      const origin = `${uid}/${resourceVersion}`;
      const { change, wakes } = difference(before?.facts, facts);
      return [
        ...(change ? eventsFor([node], { cause: 'change' }) : []),
        ...(wakes ? wake(node, origin) : []),
        ...inform(
          [
            ...(change || wakes ? [...informedBefore, ...dependants.informedBy(node)] : []),
            // That it was made, they know best.
            ...(change && before?.facts.uid === uid ? dependants.makersOf(node) : []),
          ],
          origin,
        ),
        ...release(lost, origin),
      ];
    },
    gone(kind, identity, resourceVersion) {
      const node = nodeOf(kind.resource, identity);
      const tracked = objects.get(node);
      // A successor of the same name may have been seen already: then this is old news.
      if (tracked?.facts.uid !== identity.uid) return [];
      objects.delete(node);
      const origin = `${identity.uid}/${resourceVersion ?? `after-${tracked.facts.resourceVersion}`}`;
      const look: Events = kind.looksWhenGone ? [dataOf(cluster, tracked, { cause: 'change', origin })] : [];
      const informed = inform([...dependants.informedBy(node), ...dependants.makersOf(node)], origin);
      const woken = wake(node, origin);
      const lost = dependants.remove(node);
      early?.forget([node, ...lost]);
      return [...look, ...woken, ...informed, ...release(lost, origin)];
    },
    kindsListed() {
      if (early === undefined) return [];
      const late = [...early.late()].flatMap(({ origin, referrers }) =>
        eventsFor(referrers, { cause: 'dependency', origin }),
      );
      // What they wait for may have changed, or gone, while nobody watched; by themselves they are done.
      const stranded = eventsFor(early.stranded(), { ...start, cause: 'dependency' });
      // Whoever informs others may have, too, and so may the informed: what these offered before, to referrers that are done
      // by themselves, is not known.
      const informed = [...dependants.informed()];
      const theirs = informed.flatMap((node) => [...dependants.referrersOf(node)]);
      const missed = eventsFor(new Set([...informed, ...theirs]), start);
      early = undefined;
      return [...late, ...stranded, ...missed];
    },
    othersListed() {
      othersAreListed = true;
    },
    rechecks() {
      return [...objects.values()].flatMap((tracked) => {
        const window = windowOf(tracked.kind, tracked.facts.uid, clock.now());
        if (window === tracked.window || !tracked.isRechecked) return [];
        tracked.window = window;
        return [dataOf(cluster, tracked, { cause: 'resync', force: true, origin: String(window) })];
      });
    },
    has: (node) => objects.has(node),
    *known(kind, namespace) {
      for (const tracked of objects.values()) {
        const isWanted = namespace === undefined || tracked.key.namespace === namespace;
        if (tracked.kind === kind && isWanted) yield { ...tracked.key, uid: tracked.facts.uid };
      }
    },
    counts() {
      const counts = new Map(kinds.map((kind) => [kind.resource.kind, 0]));
      for (const { kind } of objects.values()) {
        counts.set(kind.resource.kind, (counts.get(kind.resource.kind) ?? 0) + 1);
      }
      return counts;
    },
  };
}

function dataOf(cluster: string, { kind, key, facts }: Tracked, why: Why): ObjectEventData {
  const { group, version, kind: name } = kind.resource;
  const { uid, generation, resourceVersion } = facts;
  return { cluster, group, version, kind: name, ...key, uid, generation, resourceVersion, ...why };
}

function isRechecked({ recheckWhile }: Kind, object: KubernetesObject): boolean {
  return recheckWhile?.(object) ?? object.metadata.deletionTimestamp === undefined;
}

function windowOf({ recheckSeconds }: Kind, uid: string, now: Date): number | undefined {
  return recheckSeconds === undefined ? undefined : recheckWindow(uid, recheckSeconds, now);
}

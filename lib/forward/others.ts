import type { Identity, Sight } from '../cluster/watch.ts';
import type { KubernetesObject, Resource } from '../engine/objects.ts';
import type { Clock } from '../engine/ports.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import type { Dependants } from './dependants.ts';
import { keyIn, type Node, nodeOf } from './node.ts';
import type { Tracker } from './tracker.ts';

type Events = readonly ObjectEventData[];

/** A resource outside our kinds that some kind is woken by. */
export interface OtherResource {
  readonly resource: Resource;
  readonly labelSelector?: string;
}

/** Follows Secrets and the like by metadata alone. Only of those that an object refers to is anything remembered. */
export interface Others {
  seen(other: OtherResource, object: KubernetesObject, sight: Sight): Events;
  gone(other: OtherResource, identity: Identity, resourceVersion?: string): Events;
  /** What is remembered, and by its name alone what is referred to besides: a list shows whether that is there. */
  known(other: OtherResource, namespace?: string): Iterable<Identity>;
}

export interface OthersOptions {
  readonly dependants: Dependants;
  readonly tracker: Pick<Tracker, 'wake'>;
  /** True while an event of the object waits to be sent: whoever handles that will see the present state anyway. */
  readonly isPending: (node: Node) => boolean;
  readonly clock: Clock;
}

interface Remembered {
  readonly other: OtherResource;
  readonly identity: Identity;
  readonly resourceVersion: string;
}

/** Makes a follower that remembers nothing yet. */
export function createOthers({ dependants, tracker, isPending, clock }: OthersOptions): Others {
  const remembered = new Map<Node, Remembered>();
  // What a list did not hold, so that the next one does not tell it again; as of the last list, of what is referred to.
  const absent = new Set<Node>();

  // An object is often seen before the one that refers to it, and then nothing of it is remembered.
  function unseen(other: OtherResource): readonly Identity[] {
    for (const node of absent) if (!dependants.isReferred(node)) absent.delete(node);
    return dependants
      .wanted(other)
      .filter((node) => !remembered.has(node) && !absent.has(node))
      .map((node) => ({ ...keyIn(node), uid: '' }));
  }

  return {
    seen(other, object, sight) {
      const { namespace, name, uid, resourceVersion } = object.metadata;
      const node = nodeOf(other.resource, object.metadata);
      const before = remembered.get(node);
      absent.delete(node);
      remembered.delete(node);
      if (!dependants.isReferred(node)) return [];
      const identity = { ...(namespace === undefined ? {} : { namespace }), name, uid };
      remembered.set(node, { other, identity, resourceVersion });
      if (before?.identity.uid === uid && before.resourceVersion === resourceVersion) return [];
      // At the start it may or may not have changed while nobody watched.
      return tracker.wake(node, `${uid}/${resourceVersion}`, sight === 'first-list' ? isPending : undefined);
    },
    gone(other, identity, resourceVersion) {
      const node = nodeOf(other.resource, identity);
      if (identity.uid === '') {
        absent.add(node);
        return tracker.wake(node, `absent/${clock.now().getTime()}`, isPending);
      }
      const before = remembered.get(node);
      if (before !== undefined && before.identity.uid !== identity.uid) return [];
      remembered.delete(node);
      return tracker.wake(node, `${identity.uid}/${resourceVersion ?? `after-${before?.resourceVersion ?? ''}`}`);
    },
    *known(other, namespace) {
      const seen = [...remembered.values()].filter((one) => one.other === other).map(({ identity }) => identity);
      for (const identity of [...seen, ...unseen(other)]) {
        if (namespace === undefined || identity.namespace === namespace) yield identity;
      }
    },
  };
}

/** What must be watched beside the kinds: one selection a label selector, and only the whole where one kind wants all. */
export function otherResources(kinds: readonly Kind[]): readonly OtherResource[] {
  const wakes = kinds.flatMap((kind) => kind.wakes ?? []);
  const byResource = Map.groupBy(wakes, ({ resource }) => `${resource.group}/${resource.kind}`);
  return [...byResource.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const selectors = new Set([first, ...more].map(({ labelSelector }) => labelSelector));
    return selectors.has(undefined)
      ? [{ resource: first.resource }]
      : [...selectors].flatMap((labelSelector) =>
          labelSelector === undefined ? [] : [{ resource: first.resource, labelSelector }],
        );
  });
}

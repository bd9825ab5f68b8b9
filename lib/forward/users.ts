import { createHash } from 'node:crypto';
import type { Identity } from '../cluster/watch.ts';
import type { KubernetesObject, Resource } from '../engine/objects.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { Kind, User } from '../kinds/define.ts';
import { type Node, nodeOf, within } from './node.ts';
import type { Tracker } from './tracker.ts';

type Events = readonly ObjectEventData[];

/** A resource of another API whose objects refer to objects of ours, with every kind that is referred to. */
export interface UserResource {
  readonly resource: Resource;
  readonly referred: readonly { readonly kind: Kind; readonly user: User }[];
}

/** Follows the users of our objects. A change of whom they use, or of what they say of it, wakes what is used. */
export interface Users {
  seen(resource: UserResource, object: KubernetesObject): Events;
  gone(resource: UserResource, identity: Identity, resourceVersion?: string): Events;
  known(resource: UserResource, namespace?: string): Iterable<Identity>;
}

interface Remembered {
  readonly of: UserResource;
  readonly identity: Identity;
  readonly used: readonly Node[];
  readonly said: string;
}

/** Makes a follower that remembers nothing yet, and later only objects that use something. */
export function createUsers(tracker: Pick<Tracker, 'look'>): Users {
  const remembered = new Map<Node, Remembered>();
  return {
    seen(of, object) {
      const { namespace, name, uid, resourceVersion } = object.metadata;
      const node = nodeOf(of.resource, object.metadata);
      const before = remembered.get(node);
      const { used, said } = usage(of, object);
      const identity = { ...(namespace === undefined ? {} : { namespace }), name, uid };
      if (used.length === 0) remembered.delete(node);
      else remembered.set(node, { of, identity, used, said });
      if (before?.identity.uid === uid && before.said === said) return [];
      return tracker.look(new Set([...(before?.used ?? []), ...used]), `${uid}/${resourceVersion}`);
    },
    gone(of, identity, resourceVersion) {
      const node = nodeOf(of.resource, identity);
      const before = remembered.get(node);
      if (before?.identity.uid !== identity.uid) return [];
      remembered.delete(node);
      return tracker.look(before.used, `${identity.uid}/${resourceVersion ?? 'gone'}`);
    },
    *known(of, namespace) {
      for (const { of: owner, identity } of remembered.values()) {
        if (owner === of && (namespace === undefined || identity.namespace === namespace)) yield identity;
      }
    },
  };
}

/** What must be watched for the users of all kinds. */
export function userResources(kinds: readonly Kind[]): readonly UserResource[] {
  const all = kinds.flatMap((kind) => (kind.users ?? []).map((user) => ({ kind, user })));
  const byResource = Map.groupBy(all, ({ user }) => `${user.resource.group}/${user.resource.kind}`);
  return [...byResource.values()].flatMap((referred) =>
    referred[0] === undefined ? [] : [{ resource: referred[0].user.resource, referred }],
  );
}

function usage(
  { referred }: UserResource,
  object: KubernetesObject,
): { readonly used: readonly Node[]; readonly said: string } {
  const used = referred.flatMap(({ kind, user }) =>
    user.targets(object).map((key) => nodeOf(kind.resource, within(object, key))),
  );
  const says = referred.map(({ user }) => user.says(object));
  return {
    used,
    said: createHash('sha256')
      .update(JSON.stringify([used, says]))
      .digest('base64'),
  };
}

import type { KubernetesObject, ObjectKey } from '../engine/objects.ts';
import { controlPlaneKindOf } from '../engine/refs.ts';
import type { Kind } from '../kinds/define.ts';
import type { Known } from '../kinds/known.ts';
import type { ReadCluster } from './read-cluster.ts';

/**
 * Finds the object of the control plane that an object belongs to, as `<namespace>/<name>`: its own for a control plane,
 * else the one that its references lead to. Undefined where they lead to none.
 */
export function createScope(
  kinds: readonly Kind[],
  cluster: ReadCluster,
): (known: Known) => Promise<string | undefined> {
  const plane = controlPlaneKindOf({ kinds });
  const found = new Map<string, Promise<string | undefined>>();

  const planeOf = (known: Known): Promise<string | undefined> => {
    const { uid } = known.object.metadata;
    const before = found.get(uid);
    if (before !== undefined) return before;
    const made = search(known);
    found.set(uid, made);
    return made;
  };

  async function search({ kind, object }: Known): Promise<string | undefined> {
    if (kind === plane) return textOf(object.metadata);
    for (const ref of kind.refs.filter(({ deferred }) => deferred !== true)) {
      const target = kinds.find(({ resource }) => resource.kind === ref.kind);
      for (const key of ref.targets(object).map((own) => within(object, own))) {
        if (target === plane) return textOf(key);
        const next = target && (await cluster.get(target.resource, key));
        const leadsTo =
          next === undefined || target === undefined ? undefined : await planeOf({ kind: target, object: next });
        if (leadsTo !== undefined) return leadsTo;
      }
    }
    return undefined;
  }

  return planeOf;
}

export function textOf({ namespace = '', name }: ObjectKey): string {
  return `${namespace}/${name}`;
}

function within({ metadata }: KubernetesObject, key: ObjectKey): ObjectKey {
  if (key.namespace !== undefined || metadata.namespace === undefined) return key;
  return { namespace: metadata.namespace, name: key.name };
}

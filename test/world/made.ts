import type { Admin } from '../../infra/local/admin.ts';
import type { KubernetesObject } from '../../lib/engine/objects.ts';
import type { Cluster } from '../../lib/engine/ports.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';

/* Most worlds have few kinds, so that only what was ever made in one is looked for. */

export interface KnownObject {
  readonly kind: Kind;
  readonly object: KubernetesObject;
}

/** The same access; what is made through it adds its kind. */
export function notingMade<Access extends Pick<Cluster, 'create'>>(access: Access, made: Set<string>): Access {
  const create: Cluster['create'] = (resource, object) => {
    made.add(resource.kind);
    return access.create(resource, object);
  };
  return { ...access, create };
}

/** The same for an administrator, who applies as well. */
export function notingApplied(admin: Admin, made: Set<string>): Admin {
  return {
    ...notingMade(admin, made),
    async apply(yaml) {
      const applied = await admin.apply(yaml);
      for (const { kind } of applied) made.add(kind ?? '');
      return applied;
    },
  };
}

/** How many kinds stand above one, of those that it refers to. */
function depthOf({ refs, resource }: Kind): number {
  const above = kinds.filter(
    (one) => one.resource.kind !== resource.kind && refs.some(({ kind }) => kind === one.resource.kind),
  );
  return Math.max(0, ...above.map((one) => 1 + depthOf(one)));
}

/** First what others refer to: a look at everything in this order finds most of it done. */
const firstThingsFirst = kinds
  .map((kind) => ({ kind, depth: depthOf(kind) }))
  .sort((one, other) => one.depth - other.depth);

/**
 * The objects of a namespace, of the kinds that were made, first things first; of what lives in none, those whose name
 * ends with it.
 */
export async function madeObjects(
  admin: Admin,
  made: ReadonlySet<string>,
  namespace: string,
): Promise<readonly KnownObject[]> {
  const looked = firstThingsFirst.map(({ kind }) => kind).filter(({ resource }) => made.has(resource.kind));
  const found = await Promise.all(
    looked.map(async (kind) => (await listed(admin, kind, namespace)).map((object) => ({ kind, object }))),
  );
  return found.flat();
}

async function listed(admin: Admin, { resource }: Kind, namespace: string): Promise<readonly KubernetesObject[]> {
  if (resource.namespaced) return admin.list(resource, { namespace });
  const all = await admin.list(resource);
  return all.filter(({ metadata }) => metadata.name.endsWith(`-${namespace}`));
}

import type { CoreMapping } from '../engine/core-entity.ts';
import { KonnectError } from '../engine/errors.ts';
import { recordedIds } from '../engine/ids.ts';
import { holdsForGeneration, isRecord, type KubernetesObject } from '../engine/objects.ts';
import { placeOf } from '../engine/place.ts';
import type { Relation } from '../engine/relation.ts';
import type { Session } from '../engine/session.ts';
import type { Kind } from '../kinds/define.ts';
import { type Context, sessionOf } from './context.ts';
import { checkObjects, idsOf } from './kind-check.ts';
import { checkOrphans } from './orphans.ts';
import type { ListOf } from './read-konnect.ts';

/** A control plane that Konnect has, with what reads in it. */
export interface Plane {
  readonly id: string;
  readonly object: KubernetesObject;
  readonly session: Session;
}

/** Compares the objects of one kind with the entities of one control plane: one list, whatever their number. */
export async function checkCore(
  context: Context,
  plane: Plane,
  {
    kind,
    mapping,
    objects,
  }: { readonly kind: Kind; readonly mapping: CoreMapping; readonly objects: readonly KubernetesObject[] },
): Promise<void> {
  const { collected, looking } = context;
  const ids = { controlPlane: plane.id };
  const flat = (mapping.flat ?? mapping.collection)(ids);
  const entities = await plane.session.list({ path: flat });
  collected.checked(kind.resource.kind, objects.length, entities.length);
  const known = idsOf(entities);
  const programmed = objects.filter((object) => holdsForGeneration(object, kind.mainCondition));
  const seen = programmed.filter((object) => known.has(placeOf(object)?.id ?? ''));
  const compare = seen.length > 0 || !(await isIncomplete(context, kind, mapping, programmed));
  if (compare && mapping.relation !== undefined && objects.some(mapping.relation.applies))
    await readInverse(context, plane, mapping.relation, entities);
  if (!compare)
    collected.problem(`Konnect's list ${flat} lacks entities that it has: nothing was compared`, kind.resource.kind);
  await checkObjects(context, { kind, objects, listOf: inPlane(plane, flat), compare });
  if (compare) await checkOrphans(context, { kind, plane, entities, objects });
  looking.konnect.release();
}

/** Entities of the kind are in its flat list, wherever else Konnect has them. */
function inPlane({ id }: Plane, flat: string): ListOf {
  const prefix = `/v2/control-planes/${id}/core-entities/`;
  return (path) => (path.startsWith(prefix) ? flat : undefined);
}

/**
 * A list without a single one of the objects' entities may be right, where somebody deleted them all, or not. One of them,
 * asked for by itself, tells.
 */
async function isIncomplete(
  context: Context,
  kind: Kind,
  mapping: CoreMapping,
  programmed: readonly KubernetesObject[],
): Promise<boolean> {
  const [object] = programmed;
  const ids = object && recordedIds(object, mapping.parents);
  const id = object && placeOf(object)?.id;
  if (object === undefined || ids === undefined || id === undefined) return false;
  const session = await sessionOf(context, { kind, object }, context.ports.konnect);
  try {
    await session.call({ method: 'GET', path: `${mapping.collection(ids)}/${encodeURIComponent(id)}` });
    return true;
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'not-found') return false;
    throw error;
  }
}

/** Reads the sets of all holders at once, by their members, and answers what each of them would ask for. */
async function readInverse(
  { looking }: Context,
  plane: Plane,
  { inverse, list }: Relation,
  holders: readonly unknown[],
): Promise<void> {
  if (inverse === undefined) return;
  const sets = new Map<string, unknown[]>([...idsOf(holders)].map((id) => [id, []]));
  for (const member of await plane.session.list({ path: inverse.members(plane.id) })) {
    const id = isRecord(member) ? member['id'] : undefined;
    if (typeof id !== 'string') continue;
    const found = await plane.session.list({ path: inverse.holders(plane.id, id) });
    for (const holder of idsOf(found)) sets.get(holder)?.push(member);
  }
  for (const [id, members] of sets) looking.konnect.answer(list({ id, controlPlaneID: plane.id }).path, members);
}

import { failingAs, modeOf, notMatching, notThere, owned, refuseAdoptedTwice, reportAdopted } from './adoption.ts';
import { adoptedId, itemPath, readEntity } from './core-calls.ts';
import { type Body, keeping, put, type Work } from './core-write.ts';
import type { Difference, Entity } from './plan.ts';
import type { Run } from './run.ts';
import { ownerNamed, ownerOf } from './tags.ts';

/**
 * Takes over the entity that `spec.adopt` names, and nothing else: where that can not be, none is made in its place. Mode
 * `override` (the default) makes it what the object says; `match` writes nothing and wants it to be that already.
 * @returns the id of the entity.
 * @throws {Terminal} where it does not exist, belongs to another object, or does not match.
 */
export async function adopt(run: Run, work: Work): Promise<string> {
  const id = adoptedId(run.object) ?? '';
  const entity = await failingAs(run, 'FetchFailed', () => fetchEntity(run, work, id));
  const owner = ownerOf(entity['tags']);
  const { uid } = run.object.metadata;
  if (owner !== undefined && owner !== uid) throw owned(run, id, owner, ownerNamed(entity['tags']));
  await refuseAdoptedTwice(run, id);
  if (modeOf(run.object) === 'match') {
    const differences = await allDifferences(work, entity, owner === uid ? work.body : work.bare);
    if (differences.length > 0) throw notMatching(run, id, differences);
  } else if (work.mapping.difference(work.body, entity, work.inputs.secret).length > 0) {
    await failingAs(run, 'FailedToAdopt', () => put(run, keeping(work, entity), id));
  }
  reportAdopted(run);
  return id;
}

async function fetchEntity(run: Run, { mapping, session, ids }: Work, id: string): Promise<Entity> {
  const entity = await readEntity(session, itemPath(mapping.collection(ids), id));
  if (entity !== undefined) return entity;
  throw notThere(run, id, `the control plane ${ids.controlPlane}`);
}

async function allDifferences(work: Work, entity: Entity, body: Body): Promise<readonly Pick<Difference, 'path'>[]> {
  const { mapping, session, ids, inputs } = work;
  const seen = mapping.difference(complete(body, entity, work), entity, inputs.secret);
  return [...seen, ...((await mapping.surplus?.(body, entity, { session, ids })) ?? [])];
}

/** With null for what only the entity has, since nothing of it may go unnoticed. */
function complete(body: Body, entity: Entity, { mapping }: Work): Body {
  const known = [...(mapping.computed ?? []), ...(mapping.generated ?? [])];
  const surplus = Object.keys(entity).filter((field) => !(field in body) && !known.includes(field));
  return { ...Object.fromEntries(surplus.map((field) => [field, null])), ...body };
}

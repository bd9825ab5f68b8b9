import { failingAs, modeOf, notMatching, notThere, refuseAdoptedTwice, refused, reportAdopted } from './adoption.ts';
import { adoptedId, isOlder, itemPath, readEntity } from './core-calls.ts';
import { type Body, keeping, put, type Work } from './core-write.ts';
import { deletionPolicyAnnotation } from './names.ts';
import { belonging, type Difference, type Entity } from './plan.ts';
import type { Run } from './run.ts';
import { ownerHere, ownerOf } from './tags.ts';

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
  if (owner !== undefined && owner !== uid) await requireLetGo(run, entity, owner);
  await refuseAdoptedTwice(run, id);
  if (modeOf(run.object) === 'match') {
    const differences = await allDifferences(work, entity, owner === uid ? work.body : work.bare);
    if (differences.length > 0) throw notMatching(run, id, differences);
  } else if (isEdited(run, work, entity) || work.mapping.difference(work.body, entity, work.inputs.secret).length > 0) {
    await failingAs(run, 'FailedToAdopt', () => put(run, keeping(work, entity), id));
  }
  reportAdopted(run);
  return id;
}

/** It may be ours already, by a write whose answer was lost, and not all of an edit since then shows in a comparison. */
function isEdited(run: Run, { stale }: Work, entity: Entity): boolean {
  return stale || isOlder(run, entity);
}

/**
 * An entity may have been left behind by an object that was deleted and retained it. Where that object was of the same
 * kind in the same cluster, it is seen to be gone; anything else is somebody's.
 * @throws {Terminal} saying whose, and how it can be adopted.
 */
async function requireLetGo(run: Run, entity: Entity, owner: string): Promise<void> {
  const here = ownerHere(run, entity);
  const gone = here !== undefined && (await run.cluster.get(run.kind.resource, here))?.metadata.uid !== owner;
  // A match writes nothing, and the tags would go on to say that it is the other's.
  if (gone && modeOf(run.object) !== 'match') return;
  const whose = belonging({ entity, ownerUid: owner });
  if (gone) throw refused(run, 'UIDConflict', `${whose}, which is gone: adopt with mode override`);
  const release = `delete that object, annotated with ${deletionPolicyAnnotation}: retain`;
  const further = here !== undefined ? '' : ', and take the tag k8s-uid off the entity';
  throw refused(run, 'UIDConflict', `${whose}: ${release}${further}, before this one can adopt it`);
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

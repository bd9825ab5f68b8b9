import { type Evidence, prevails } from './dispute.ts';
import { KonnectError, Retry, Terminal } from './errors.ts';
import { entityId } from './identity.ts';
import type { Ids } from './ids.ts';
import { findCondition, isRecord, type KubernetesObject } from './objects.ts';
import { placeOf } from './place.ts';
import { type Entity, refusal } from './plan.ts';
import type { Run } from './run.ts';
import type { Session } from './session.ts';
import { generationOf, ownerOf } from './tags.ts';

/** The id that we choose for the object's entity in the control plane. */
export function ownId(object: KubernetesObject, { controlPlane }: Ids): string {
  return entityId(object.metadata.uid, controlPlane);
}

/** @throws {Terminal} where the id, which may have been written by anybody, would lead elsewhere. */
export function itemPath(collection: string, id: string): string {
  if (/^[\w-]+$/.test(id)) return `${collection}/${id}`;
  throw new Terminal(`"${id}" is no id of an entity in Konnect: correct spec.adopt or the status`, {
    reason: 'Invalid',
  });
}

/** The entity at a path, or undefined where there is none. */
export async function readEntity(session: Session, path: string): Promise<Entity | undefined> {
  try {
    const answer = unwrapped(await session.call({ method: 'GET', path }));
    if (isEntity(answer)) return answer;
    throw new KonnectError('Konnect answered without an entity', { failure: 'unintelligible' });
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'not-found') return undefined;
    throw error;
  }
}

/** A single consumer group comes wrapped, with lists of its members and plugins beside it. */
function unwrapped(answer: unknown): unknown {
  if (!isRecord(answer) || 'id' in answer) return answer;
  return Object.values(answer).find(isEntity) ?? answer;
}

export function isEntity(value: unknown): value is Entity {
  return isRecord(value) && typeof value['id'] === 'string' && value['id'] !== '';
}

/** The entities that carry the object's uid. The filter is Konnect's word; the tag on the entity is what decides. */
export async function listOwn(run: Run, session: Session, path: string): Promise<readonly Entity[]> {
  const { uid } = run.object.metadata;
  const listed = await session.list({ path, query: { tags: `k8s-uid:${uid}` } });
  return listed.filter(isEntity).filter((entity) => ownerOf(entity['tags']) === uid);
}

/**
 * The entity is the object's: it carries its uid, or nobody's under an id that only this object can ask for, or it is the
 * one that the object adopted and that was not written since.
 */
export function isOurs({ object }: Pick<Run, 'object'>, entity: Entity, ids: Ids): boolean {
  const owner = ownerOf(entity['tags']);
  if (owner !== undefined) return owner === object.metadata.uid;
  return entity.id === ownId(object, ids) || isAdopted(object, entity.id);
}

/** True where both spec and status name the entity: a status alone could be anybody's edit. */
export function isAdopted(object: KubernetesObject, id: string): boolean {
  return adoptedId(object) === id && placeOf(object)?.id === id;
}

/** `spec.adopt.konnect.id`: the entity that the object is to take over. */
export function adoptedId({ spec }: KubernetesObject): string | undefined {
  const adopt = isRecord(spec) ? spec['adopt'] : undefined;
  const konnect = isRecord(adopt) ? adopt['konnect'] : undefined;
  const id = isRecord(konnect) ? konnect['id'] : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** What an object says of an entity that it may have adopted. */
export function adoptionOf(id: string): Evidence {
  return (object) => Number(adoptedId(object) === id) + Number(placeOf(object)?.id === id);
}

/** The same as `isOurs`, where an adoption that nothing in Konnect bears out is not another object's as well. */
async function isOursAlone(run: Run, entity: Entity, ids: Ids): Promise<boolean> {
  if (!isOurs(run, entity, ids)) return false;
  const known = ownerOf(entity['tags']) !== undefined || entity.id === ownId(run.object, ids);
  return known || prevails(run, entity.id, adoptionOf(entity.id));
}

/** Written for an earlier generation of the object, or, where nothing tells, not looked at since. */
export function isOlder({ object, kind }: Pick<Run, 'object' | 'kind'>, entity: Entity): boolean {
  const { generation } = object.metadata;
  const written = generationOf(entity['tags']) ?? findCondition(object, kind.mainCondition)?.observedGeneration ?? 0;
  return written < (generation ?? 0);
}

/** @throws {Terminal} naming the owner of an entity that is not ours. */
export async function refuseForeign(run: Run, entity: Entity, ids: Ids): Promise<void> {
  if (await isOursAlone(run, entity, ids)) return;
  throw new Terminal(refusal({ entity, ownerUid: ownerOf(entity['tags']) }), { reason: 'OwnershipConflict' });
}

/** Deletes the entity if it is ours, and returns once it is seen to be gone. */
export async function removeEntity(run: Run, session: Session, path: string, id: string, ids: Ids): Promise<void> {
  if (id !== ownId(run.object, ids)) {
    const entity = await readEntity(session, path);
    if (entity === undefined) return;
    if (!(await isOursAlone(run, entity, ids))) {
      run.log.warn('entity of another owner left alone', { id });
      return;
    }
  }
  try {
    await session.call({ method: 'DELETE', path });
  } catch (error) {
    if (!(error instanceof KonnectError) || error.failure !== 'not-found') throw error;
  }
  if ((await readEntity(session, path)) !== undefined) {
    throw new Retry(`the entity ${id} is still there after its deletion`, { afterSeconds: 1 });
  }
}

import type { Controller } from './controller.ts';
import { itemPath, readEntity, toEntity } from './entity-calls.ts';
import { create, update } from './entity-write.ts';
import { KonnectError, Retry, Terminal } from './errors.ts';
import { inSync, noticed } from './in-sync.ts';
import { mirror } from './mirror.ts';
import { holdsForGeneration, type KubernetesObject, statusText } from './objects.ts';
import { ownerTags } from './owner-tags.ts';
import { hold, isHeld, isRetained } from './ownership.ts';
import { type Difference, type Entity, type Observed, plan } from './plan.ts';
import { findRefs, type Refs, requireRefs } from './refs.ts';
import { convergeRelation, type Relation } from './relation.ts';
import type { Run } from './run.ts';
import { refuseOtherServer } from './server.ts';
import { openSession, type Session } from './session.ts';

export type Payload = Readonly<Record<string, unknown>>;

/**
 * How one kind becomes one Konnect entity whose id Konnect assigns: the entity carries the object's uid, and a look-up by
 * that uid comes before every create, so that a lost reply makes no second entity. Data and pure functions.
 */
export interface EntityMapping {
  /** Path of the collection, such as `/v2/control-planes`. */
  readonly collection: string;
  /** The query that lists the entities carrying this uid. */
  ownedBy(uid: string): Readonly<Record<string, string>>;
  /** The query that lists the entity which holds the unique name that the payload asks for. */
  sameName(payload: Payload): Readonly<Record<string, string>>;
  /** The whole desired entity: what the object leaves out is sent as Konnect's default, so that removing a field undoes it. */
  payload(object: KubernetesObject, tags: Readonly<Record<string, string>>): Payload;
  /** The part of the payload that may be changed later; what is not in it is immutable in Konnect. */
  changes(payload: Payload): Payload;
  difference(payload: Payload, entity: Entity): readonly Difference[];
  /** What Konnect can not change any more and the object wants otherwise, in a sentence; undefined where there is none. */
  frozen(payload: Payload, entity: Entity): string | undefined;
  ownerUid(entity: Entity): string | undefined;
  /** Fields of the object's status beside id, organizationID and serverURL. */
  status(entity: Entity): Readonly<Record<string, unknown>>;
  readonly relation?: Relation;
  /** The id of an entity that the object only stands for, and never writes; undefined where it makes one. */
  mirrored?(object: KubernetesObject): string | undefined;
}

/** The controller of every kind that is one entity. */
export function entityController(mapping: EntityMapping): Controller {
  return {
    converge: (run) => converge(run, mapping),
    release: (run) => release(run, mapping),
  };
}

async function converge(run: Run, mapping: EntityMapping): Promise<void> {
  const refs = await requireRefs(run);
  const mirrored = mapping.mirrored?.(run.object);
  if (mirrored !== undefined) return mirror(run, mapping, refs, mirrored);
  if (isSettled(run, mapping)) return;
  const session = await openOwn(run, refs);
  const entity = await converged(run, mapping, session);
  run.report.condition(inSync);
  run.report.status({
    id: entity.id,
    organizationID: session.organizationId,
    serverURL: session.serverURL,
    ...mapping.status(entity),
  });
  if (mapping.relation !== undefined)
    await convergeRelation(run, mapping.relation, session, { id: entity.id, controlPlaneID: entity.id });
  run.report.condition({ type: run.kind.mainCondition, status: 'True', reason: run.kind.mainCondition, message: '' });
}

async function openOwn(run: Run, refs: Refs): Promise<Session> {
  const session = await openSession(run, refs);
  refuseOtherServer(run.object, session);
  return session;
}

/** Nothing was edited since it was programmed, nobody took our finalizer off, and nobody asked for a closer look. */
function isSettled(run: Run, mapping: EntityMapping): boolean {
  const related = mapping.relation !== undefined && run.cause === 'dependency' && mapping.relation.applies(run.object);
  const programmed =
    holdsForGeneration(run.object, run.kind.mainCondition) && statusText(run.object, 'id') !== undefined;
  return programmed && isHeld(run.object) && !run.thorough && !related;
}

async function converged(run: Run, mapping: EntityMapping, session: Session): Promise<Entity> {
  const payload = mapping.payload(run.object, ownerTags(run));
  const { uid } = run.object.metadata;
  const planned = plan(uid, await observe(run, mapping, session, payload));
  switch (planned.do) {
    case 'nothing':
      await hold(run, session.auth);
      return planned.entity;
    case 'refuse':
      throw new Terminal(planned.message, planned.because === 'owner' ? { reason: 'OwnershipConflict' } : {});
    case 'update':
      await hold(run, session.auth);
      noticed(run, planned.entity.id, planned.differences);
      return update(run, mapping, session, planned.entity.id, payload);
    case 'create':
      await hold(run, session.auth);
      return create(run, mapping, session, payload);
    default:
      return planned satisfies never;
  }
}

async function observe(
  run: Run,
  mapping: EntityMapping,
  session: Session,
  payload: Payload,
): Promise<readonly Observed[]> {
  return (await findEntities(run, mapping, session)).map((entity) => ({
    entity,
    ownerUid: mapping.ownerUid(entity),
    differences: mapping.difference(payload, entity),
    frozen: mapping.frozen(payload, entity),
  }));
}

/** By the recorded id; where that is unknown or gone, by the object's uid. */
async function findEntities(run: Run, mapping: EntityMapping, session: Session): Promise<readonly Entity[]> {
  const id = statusText(run.object, 'id');
  const known = id === undefined ? undefined : await readEntity(mapping, session, id);
  return known === undefined ? listOwn(run, mapping, session) : [known];
}

async function listOwn(run: Run, mapping: EntityMapping, session: Session): Promise<readonly Entity[]> {
  const listed = await session.list({ path: mapping.collection, query: mapping.ownedBy(run.object.metadata.uid) });
  // The filter is Konnect's word; the uid on the entity is what decides.
  return listed.map(toEntity).filter((entity) => mapping.ownerUid(entity) === run.object.metadata.uid);
}

async function release(run: Run, mapping: EntityMapping): Promise<void> {
  if (isRetained(run.object) || mapping.mirrored?.(run.object) !== undefined) return;
  const session = await openOwn(run, await findRefs(run));
  for (const entity of await findOwn(run, mapping, session)) await remove(mapping, session, entity.id);
}

/** The status may name an entity that is not ours, while ours is still there under its uid. */
async function findOwn(run: Run, mapping: EntityMapping, session: Session): Promise<readonly Entity[]> {
  const found = await findEntities(run, mapping, session);
  const foreign = found.find((entity) => mapping.ownerUid(entity) !== run.object.metadata.uid);
  if (foreign === undefined) return found;
  run.log.warn('entity of another owner left alone', { id: foreign.id });
  return listOwn(run, mapping, session);
}

async function remove(mapping: EntityMapping, session: Session, id: string): Promise<void> {
  try {
    await session.call({ method: 'DELETE', path: itemPath(mapping, id) });
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'not-found') return;
    throw error;
  }
  // The finalizer goes only after "gone" was seen.
  if ((await readEntity(mapping, session, id)) !== undefined) {
    throw new Retry(`the entity ${id} is still there after its deletion`, { afterSeconds: 1 });
  }
}

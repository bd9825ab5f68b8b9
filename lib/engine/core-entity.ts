import type { Kind } from '../kinds/define.ts';
import type { Controller } from './controller.ts';
import { KonnectError, Retry, Terminal } from './errors.ts';
import { entityId } from './identity.ts';
import { holdsForGeneration, isRecord, type KubernetesObject, statusOf } from './objects.ts';
import { hold, isHeld, isRetained, ownerTags } from './ownership.ts';
import { type Place, placeOf } from './place.ts';
import { type Difference, type Entity, refusal } from './plan.ts';
import { findRefs, type Refs, requireRefs } from './refs.ts';
import { convergeRelation, type Relation } from './relation.ts';
import type { Run } from './run.ts';
import { openSession, type Session } from './session.ts';
import { entityTags, ownerOf } from './tags.ts';
import { wakeUp } from './wake.ts';

export type Body = Readonly<Record<string, unknown>>;

/** Ids by the name of the ref that they come from, `controlPlane` always among them. */
export type Ids = Readonly<Record<string, string>>;

/**
 * How one kind becomes one entity of a control plane, under an id that we choose: a write is `PUT …/<id>`, an upsert, so
 * no crash and no repetition makes a second one. Data and pure functions.
 */
export interface CoreMapping {
  /** Path of the collection that is written to. */
  collection(ids: Ids): string;
  /** Path of the flat list that finds entities of the type by tag, where that is another one. */
  flat?(ids: Ids): string;
  /** The whole entity without id and tags. What the object leaves out is left out, which makes Konnect use its default. */
  body(object: KubernetesObject, ids: Ids): Body;
  /** Tags of the object's spec; undefined for types that have no tags. */
  tags(object: KubernetesObject): readonly string[] | undefined;
  difference(body: Body, entity: Entity): readonly Difference[];
  /** What may stand in place of the id in the path and is unique, such as the name: finds who holds it. */
  uniqueName?(body: Body): string | undefined;
  readonly relation?: Relation;
  /** Fields of `status.konnect` by the ref whose id they take, such as `{ serviceID: 'service' }`. */
  readonly parents?: Readonly<Record<string, string>>;
}

/** The controller of every kind that is an entity of a control plane. */
export function coreEntityController(mapping: CoreMapping): Controller {
  return { converge: (run) => converge(run, mapping), release: (run) => release(run, mapping) };
}

async function converge(run: Run, mapping: CoreMapping): Promise<void> {
  const refs = await requireRefs(run);
  const ids = idsOf(refs);
  const recorded = placeOf(run.object);
  if (isSettled(run, mapping, ids, recorded)) return;
  const session = await openSession(run, refs);
  const body = withTags(run, mapping, mapping.body(run.object, ids));
  if (recorded !== undefined && recorded.controlPlaneID !== ids['controlPlane'])
    await leave(run, mapping, session, ids, recorded);
  const id = await converged(run, { mapping, session, ids, body, recorded, refs });
  run.report.status({
    konnect: {
      id,
      organizationID: session.organizationId,
      serverURL: session.serverURL,
      controlPlaneID: ids['controlPlane'],
      ...parentIds(mapping, ids),
    },
  });
  const holder = { id, controlPlaneID: ids['controlPlane'] ?? '' };
  if (mapping.relation !== undefined) await convergeRelation(run, mapping.relation, session, holder);
  run.report.condition({ type: run.kind.mainCondition, status: 'True', reason: run.kind.mainCondition, message: '' });
}

interface Work {
  readonly mapping: CoreMapping;
  readonly session: Session;
  readonly ids: Ids;
  readonly body: Body;
  readonly recorded: Place | undefined;
  readonly refs: Refs;
}

/** Writes without reading first where the id can be nobody else's and nobody asked for a closer look: one call. */
async function converged(run: Run, work: Work): Promise<string> {
  const { mapping, session, ids, body, recorded } = work;
  const own = entityId(run.object.metadata.uid, ids['controlPlane'] ?? '');
  const id = recorded !== undefined && recorded.controlPlaneID === ids['controlPlane'] ? recorded.id : own;
  await hold(run, session.auth);
  if (!run.thorough && id === own) return put(run, work, id);
  const entity = await read(session, `${mapping.collection(ids)}/${id}`);
  if (entity === undefined) return put(run, work, own);
  refuseForeign(run, mapping, entity);
  const differences = mapping.difference(body, entity);
  if (differences.length === 0) return id;
  run.log.info('entity differs', { id, paths: differences.map(({ path }) => path) });
  return put(run, work, id);
}

/** Nothing was edited since it was programmed, and it lives where the references lead. */
function isSettled(run: Run, mapping: CoreMapping, ids: Ids, recorded: Place | undefined): boolean {
  if (run.thorough || !isHeld(run.object) || !holdsForGeneration(run.object, run.kind.mainCondition)) return false;
  if (run.cause === 'dependency' && mapping.relation?.applies(run.object)) return false;
  const konnect = statusOf(run.object)['konnect'];
  const block = isRecord(konnect) ? konnect : {};
  const here = Object.entries(parentIds(mapping, ids)).every(([field, id]) => block[field] === id);
  return recorded?.controlPlaneID === ids['controlPlane'] && here;
}

function parentIds({ parents = {} }: CoreMapping, ids: Ids): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parents).flatMap(([field, ref]) => (ids[ref] === undefined ? [] : [[field, ids[ref]] as const])),
  );
}

/** The ids of what the object refers to. The control plane's comes from its own object, or from a parent that is in it. */
function idsOf(refs: Refs): Ids {
  const places = [...refs].flatMap(([name, { object }]) => {
    const place = object && placeOf(object);
    return place === undefined ? [] : [{ name, place }];
  });
  const planes = new Set(places.map(({ place }) => place.controlPlaneID));
  const [controlPlane, other] = [...planes];
  if (controlPlane === undefined)
    throw new Terminal('the object refers to no control plane', { reason: 'FailedToCreate' });
  if (other !== undefined) {
    throw new Terminal(
      `the objects that this one refers to live in different control planes (${[...planes].join(', ')}): refer to objects of one`,
      { reason: 'FailedToCreate' },
    );
  }
  return { ...Object.fromEntries(places.map(({ name, place }) => [name, place.id])), controlPlane };
}

function withTags(run: Run, mapping: CoreMapping, body: Body): Body {
  const specTags = mapping.tags(run.object);
  if (specTags === undefined) return body;
  const { sent, dropped } = entityTags(ownerTags(run), specTags, run.object);
  const message = `Konnect has no room for these tags, or would refuse them: ${dropped.join(', ')}`;
  if (dropped.length > 0)
    run.report.condition({ type: 'TagsComplete', status: 'False', reason: 'TagsDropped', message });
  else if (run.object.status !== undefined && hasCondition(run, 'TagsComplete')) {
    run.report.condition({ type: 'TagsComplete', status: 'True', reason: 'TagsComplete', message: '' });
  }
  return { ...body, tags: sent };
}

function hasCondition(run: Run, type: string): boolean {
  const { conditions } = statusOf(run.object);
  return Array.isArray(conditions) && conditions.some((one: unknown) => isRecord(one) && one['type'] === type);
}

async function put(run: Run, work: Work, id: string): Promise<string> {
  const { mapping, session, ids, body } = work;
  try {
    await session.call({ method: 'PUT', path: `${mapping.collection(ids)}/${id}`, body });
    return id;
  } catch (error) {
    if (!(error instanceof KonnectError)) throw error;
    if (error.failure === 'unique-violation') return takeOver(run, work, error);
    if (error.failure === 'missing-reference' || error.failure === 'not-found') await wakeParents(run, work.refs);
    throw error;
  }
}

/** Another entity has what must be unique: our own under another id, which is taken over, or somebody else's. */
async function takeOver(run: Run, work: Work, cause: KonnectError): Promise<string> {
  const { mapping, session, ids, body } = work;
  const { uid } = run.object.metadata;
  const flat = (mapping.flat ?? mapping.collection)(ids);
  const listed = (await session.list({ path: flat, query: { tags: `k8s-uid:${uid}` } })).filter(isEntity);
  const [ours, second] = listed.filter((entity) => ownerOf(entity['tags']) === uid);
  if (second !== undefined) {
    throw new Terminal(
      `two entities carry the uid of this object (${ours?.id}, ${second.id}): delete one of them in Konnect`,
      { cause, reason: 'OwnershipConflict' },
    );
  }
  if (ours !== undefined) {
    await session.call({ method: 'PUT', path: `${mapping.collection(ids)}/${ours.id}`, body });
    return ours.id;
  }
  const name = mapping.uniqueName?.(body);
  const holder = name === undefined ? undefined : await read(session, `${flat}/${encodeURIComponent(name)}`);
  const told = holder === undefined ? '' : `; ${refusal({ entity: holder, ownerUid: ownerOf(holder['tags']) })}`;
  throw new Terminal(`${cause.message}${told}`, { cause });
}

/** A parent that somebody deleted in Konnect does not know it: it is asked to look. */
async function wakeParents(run: Run, refs: Refs): Promise<void> {
  const events = [...refs.values()].flatMap(({ ref, object }) => {
    const kind: Kind | undefined = run.registry.kinds.find(({ resource }) => resource.kind === ref.kind);
    if (object === undefined || kind === undefined) return [];
    return [wakeUp(run.cluster.name, kind, object, { origin: `missing/${run.object.metadata.uid}`, force: true })];
  });
  await run.wake(events);
}

function refuseForeign(run: Run, mapping: CoreMapping, entity: Entity): void {
  if (mapping.tags(run.object) === undefined) return;
  const ownerUid = ownerOf(entity['tags']);
  if (ownerUid === run.object.metadata.uid) return;
  throw new Terminal(refusal({ entity, ownerUid }), { reason: 'OwnershipConflict' });
}

/** The entity of a control plane that the object no longer belongs to. */
async function leave(run: Run, mapping: CoreMapping, session: Session, ids: Ids, former: Place): Promise<void> {
  const block = statusOf(run.object)['konnect'];
  const then = Object.fromEntries(
    Object.entries(mapping.parents ?? {}).map(([field, ref]) => [
      ref,
      String(isRecord(block) ? (block[field] ?? '') : ''),
    ]),
  );
  await remove(run, mapping, session, { ...ids, ...then, controlPlane: former.controlPlaneID }, former.id);
}

async function release(run: Run, mapping: CoreMapping): Promise<void> {
  const recorded = placeOf(run.object);
  if (isRetained(run.object)) return;
  const refs = await findRefs(run);
  const ids =
    recorded === undefined ? idsIfKnown(refs) : { ...recordedIds(run, mapping), controlPlane: recorded.controlPlaneID };
  // Held before anything was written, and its place never told: what it would have been written under does not exist.
  if (ids === undefined) return;
  const session = await openSession(run, refs);
  const own = entityId(run.object.metadata.uid, ids['controlPlane'] ?? '');
  for (const id of new Set([recorded?.id ?? own, own])) await remove(run, mapping, session, ids, id);
}

function idsIfKnown(refs: Refs): Ids | undefined {
  try {
    return idsOf(refs);
  } catch {
    return undefined; // its parents are gone, and took with them what was under them
  }
}

function recordedIds(run: Run, mapping: CoreMapping): Ids {
  const block = statusOf(run.object)['konnect'];
  return Object.fromEntries(
    Object.entries(mapping.parents ?? {}).flatMap(([field, ref]) => {
      const id = isRecord(block) ? block[field] : undefined;
      return typeof id === 'string' && id !== '' ? [[ref, id] as const] : [];
    }),
  );
}

/** Deletes the entity if it is ours, and returns once it is seen to be gone. */
async function remove(run: Run, mapping: CoreMapping, session: Session, ids: Ids, id: string): Promise<void> {
  const path = `${mapping.collection(ids)}/${id}`;
  const own = entityId(run.object.metadata.uid, ids['controlPlane'] ?? '');
  if (id !== own) {
    const entity = await read(session, path);
    if (entity === undefined) return;
    if (mapping.tags(run.object) !== undefined && ownerOf(entity['tags']) !== run.object.metadata.uid) {
      run.log.warn('entity of another owner left alone', { id });
      return;
    }
  }
  try {
    await session.call({ method: 'DELETE', path });
  } catch (error) {
    if (!(error instanceof KonnectError) || error.failure !== 'not-found') throw error;
  }
  if ((await read(session, path)) !== undefined) {
    throw new Retry(`the entity ${id} is still there after its deletion`, { afterSeconds: 1 });
  }
}

async function read(session: Session, path: string): Promise<Entity | undefined> {
  try {
    const answer = await session.call({ method: 'GET', path });
    if (isEntity(answer)) return answer;
    throw new KonnectError('Konnect answered without an entity', { failure: 'unintelligible' });
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'not-found') return undefined;
    throw error;
  }
}

function isEntity(value: unknown): value is Entity {
  return isRecord(value) && typeof value['id'] === 'string' && value['id'] !== '';
}

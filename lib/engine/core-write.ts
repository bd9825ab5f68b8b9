import { isEntity, itemPath, listOwn, readEntity } from './core-calls.ts';
import type { CoreMapping } from './core-entity.ts';
import { KonnectError, type Retry, Terminal } from './errors.ts';
import type { Ids } from './ids.ts';
import type { Inputs } from './inputs.ts';
import { findCondition, isRecord, type KubernetesObject } from './objects.ts';
import { ownerTags } from './owner-tags.ts';
import type { Entity } from './plan.ts';
import type { Refs } from './refs.ts';
import type { Run } from './run.ts';
import type { Session } from './session.ts';
import { entityTags, ownerOf } from './tags.ts';
import { type Holder, type Sought, takenBy } from './taken.ts';
import { wakeMissing } from './wake.ts';

export type Body = Readonly<Record<string, unknown>>;

/** One entity on its way to Konnect. */
export interface Work {
  readonly mapping: CoreMapping;
  readonly session: Session;
  readonly ids: Ids;
  readonly refs: Refs;
  /** With all tags: what is written. */
  readonly body: Body;
  /** With the user's tags only. */
  readonly bare: Body;
  readonly inputs: Inputs;
  /** What is recorded of that, see `madeOf`. */
  readonly made: readonly string[] | undefined;
  /** Konnect has not got these inputs yet, whatever else it has. */
  readonly stale: boolean;
}

/** The entity with its tags. What of the user's tags Konnect would not take is told in a condition. */
export function tagged(run: Run, mapping: CoreMapping, ids: Ids, inputs: Inputs): Pick<Work, 'body' | 'bare'> {
  const fields = said({ ...mapping.body(withoutAdoption(run.object), ids), ...inputs.body });
  const { own, users, dropped } = entityTags(ownerTags(run), [...mapping.tags(run.object), ...inputs.tags], run.object);
  const type = 'TagsComplete';
  if (dropped.length > 0) {
    const message = `these tags are not sent, since Konnect has no room for them or would refuse them, or since they are kept for the owner: ${dropped.join(', ')}`;
    run.report.condition({ type, status: 'False', reason: 'TagsDropped', message });
  } else if (findCondition(run.object, type) !== undefined) {
    run.report.condition({ type, status: 'True', reason: type, message: '' });
  }
  return { body: { ...fields, tags: [...own, ...users] }, bare: { ...fields, tags: users } };
}

/** Konnect has no field that may be an empty text: where a manifest says one, it means none. */
function said(fields: Body): Body {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

/** What is adopted is no part of the entity. */
function withoutAdoption(object: KubernetesObject): KubernetesObject {
  if (!isRecord(object.spec) || !('adopt' in object.spec)) return object;
  const { adopt: _, ...spec } = object.spec;
  return { ...object, spec };
}

/** With what Konnect has generated and would generate anew. */
export function keeping(work: Work, entity: Entity): Work {
  const generated = (work.mapping.generated ?? []).filter((field) => entity[field] !== undefined);
  const kept = Object.fromEntries(generated.map((field) => [field, entity[field]]));
  return { ...work, body: { ...kept, ...work.body } };
}

/**
 * Writes the whole entity under the id, or under the id that our own has already where something unique is taken.
 * @returns the id that it has.
 * @throws {Terminal} naming who holds what must be unique, {Retry} where that one is about to let go of it.
 */
export async function put(run: Run, work: Work, id: string): Promise<string> {
  try {
    return await write(work, id);
  } catch (error) {
    if (!(error instanceof KonnectError)) throw error;
    if (error.failure === 'unique-violation') return takeOver(run, work, id, error);
    if (error.failure === 'missing-reference' || error.failure === 'not-found')
      await wakeMissing(run, work.refs.values());
    throw error;
  }
}

async function write({ mapping, session, ids, body, inputs }: Work, id: string): Promise<string> {
  const { secretTexts: secrets } = inputs;
  await session.call({ method: 'PUT', path: itemPath(mapping.collection(ids), id), body, secrets });
  return id;
}

/** Another entity has what must be unique: our own under another id, which is taken over, or somebody else's. */
async function takeOver(run: Run, work: Work, tried: string, cause: KonnectError): Promise<string> {
  const { mapping, session, ids } = work;
  const [ours, second] = await listOwn(run, session, (mapping.flat ?? mapping.collection)(ids));
  if (second !== undefined) {
    throw new Terminal(
      `two entities carry the uid of this object (${ours?.id}, ${second.id}): delete one of them in Konnect`,
      { cause, reason: 'OwnershipConflict' },
    );
  }
  if (ours === undefined || ours.id === tried) throw await taken(run, work, cause);
  try {
    return await write(work, ours.id);
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'unique-violation') throw await taken(run, work, error);
    throw error;
  }
}

async function taken(run: Run, work: Work, cause: KonnectError): Promise<Retry | Terminal> {
  const { unique } = work.mapping;
  const told = unique === undefined ? cause.message : `${unique}. ${cause.message}`;
  const seek = () => holderOf(run, work);
  return takenBy(run, { told, cause, holder: await seek(), seek });
}

/** Another entity that has what must be unique: found by name where that is what is unique, else among all. */
async function holderOf({ object }: Run, { mapping, session, ids, body }: Work): Promise<Sought> {
  const flat = (mapping.flat ?? mapping.collection)(ids);
  const others = (entities: readonly Entity[]): readonly Holder[] =>
    entities
      .map((entity) => ({ entity, ownerUid: ownerOf(entity['tags']) }))
      .filter(({ ownerUid }) => ownerUid !== object.metadata.uid);
  const name = mapping.uniqueName?.(body);
  const named = name === undefined ? undefined : await readNamed(session, `${flat}/${encodeURIComponent(name)}`);
  const [other] = others(named ?? []);
  if (other !== undefined) return other;
  const { isRival } = mapping;
  if (isRival === undefined) return named?.length === 0 ? 'nobody' : 'unknown';
  const listed = (await session.list({ path: flat })).filter(isEntity);
  return others(listed).find(({ entity }) => isRival(body, entity, ids)) ?? 'nobody';
}

/** None or one. Undefined where the name can not stand in a path: Konnect then says that it is no id. */
async function readNamed(session: Session, path: string): Promise<readonly Entity[] | undefined> {
  try {
    const entity = await readEntity(session, path);
    return entity === undefined ? [] : [entity];
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'invalid') return undefined;
    throw error;
  }
}

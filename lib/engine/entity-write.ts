import type { EntityMapping, Payload } from './entity.ts';
import { itemPath, toEntity } from './entity-calls.ts';
import { KonnectError } from './errors.ts';
import type { Entity } from './plan.ts';
import type { Run } from './run.ts';
import type { Session } from './session.ts';
import { type Holder, takenBy } from './taken.ts';

/**
 * Makes the entity, or writes our own where that has the name already.
 * @throws {Terminal} naming who else has the name, {Retry} where that one is about to let go of it.
 */
export async function create(run: Run, mapping: EntityMapping, session: Session, payload: Payload): Promise<Entity> {
  try {
    return toEntity(await session.call({ method: 'POST', path: mapping.collection, body: payload }));
  } catch (error) {
    if (!(error instanceof KonnectError) || error.failure !== 'unique-violation') throw error;
    return takeOver(run, mapping, session, payload, error);
  }
}

/** The name is taken: by ourselves, where an earlier reply was lost and the look-up by uid was stale, or by somebody else. */
async function takeOver(
  run: Run,
  mapping: EntityMapping,
  session: Session,
  payload: Payload,
  cause: KonnectError,
): Promise<Entity> {
  const holder = await holderOf(mapping, session, payload);
  if (holder !== 'nobody' && holder.ownerUid === run.object.metadata.uid)
    return update(run, mapping, session, holder.entity.id, payload);
  const seek = () => holderOf(mapping, session, payload);
  throw await takenBy(run, { told: cause.message, cause, holder, seek });
}

async function holderOf(mapping: EntityMapping, session: Session, payload: Payload): Promise<Holder | 'nobody'> {
  const [entity] = (await session.list({ path: mapping.collection, query: mapping.sameName(payload) })).map(toEntity);
  return entity === undefined ? 'nobody' : { entity, ownerUid: mapping.ownerUid(entity) };
}

/** Changes what can be changed later. Throws like `create`. */
export async function update(
  run: Run,
  mapping: EntityMapping,
  session: Session,
  id: string,
  payload: Payload,
): Promise<Entity> {
  try {
    const body = mapping.changes(payload);
    return toEntity(await session.call({ method: 'PATCH', path: itemPath(mapping, id), body }));
  } catch (error) {
    if (!(error instanceof KonnectError) || error.failure !== 'unique-violation') throw error;
    const seek = () => holderOf(mapping, session, payload);
    throw await takenBy(run, { told: error.message, cause: error, holder: await seek(), seek });
  }
}

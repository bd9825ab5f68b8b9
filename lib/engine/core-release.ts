import { adoptedId, itemPath, ownId, removeEntity } from './core-calls.ts';
import type { CoreMapping } from './core-entity.ts';
import { KonnectError, Retry } from './errors.ts';
import { formerOf, noteOf } from './former.ts';
import { type Ids, idsIfKnown, recordedIds } from './ids.ts';
import { formerAnnotation } from './names.ts';
import { annotate, isRetained } from './ownership.ts';
import { placeOf } from './place.ts';
import { findRefs } from './refs.ts';
import type { Run } from './run.ts';
import { recordedServer } from './server.ts';
import { openSession, type Session } from './session.ts';

/** Removes the entity from where it was last written, and from where a write may have gone whose reply was lost. */
export async function releaseCore(run: Run, mapping: CoreMapping): Promise<void> {
  if (isRetained(run.object)) return;
  const refs = await findRefs(run);
  const recorded = recordedIds(run.object, mapping.parents);
  const present = idsIfKnown(refs);
  const moved = present !== undefined && (recorded === undefined || isElsewhere(mapping, recorded, present));
  // Held before anything was written, and its place never told: what it would have been written under does not exist.
  if (recorded === undefined && !moved) return;
  const session = await openSession(run, refs);
  await leaveNoted(run, mapping, session);
  if (recorded !== undefined) await removeAt(run, mapping, await recordedServer(run, session), recorded);
  if (moved) await removeAt(run, mapping, session, present);
}

/**
 * Removes the entity from where the object no longer has it: in another control plane, or below another parent.
 * @returns annotations to be written with the finalizer: where it is, if something there refers to it. What does so
 * follows the object, so it can not go first.
 */
export async function leave(
  run: Run,
  mapping: CoreMapping,
  session: Session,
  present: Ids,
): Promise<Readonly<Record<string, string>>> {
  const recorded = recordedIds(run.object, mapping.parents);
  if (recorded === undefined || !isElsewhere(mapping, recorded, present)) return {};
  // Konnect moves what is written below another parent under the same id.
  const isMoved =
    recorded.controlPlane === present.controlPlane && placeOf(run.object)?.id === ownId(run.object, present);
  if (isMoved) return {};
  // By a try that ended before it was written where it belongs: what refers to it could not follow yet.
  if (isNoted(run, mapping, recorded)) return {};
  // What leads to what is left in one place must not be lost for another.
  await leaveNoted(run, mapping, session, present);
  try {
    await removeAt(run, mapping, await recordedServer(run, session), { ...present, ...recorded });
    return {};
  } catch (error) {
    if (!isStillReferenced(error)) throw error;
    return { [formerAnnotation]: noteOf(run.object) };
  }
}

/**
 * Removes what `leave` had to leave behind, and the note of it.
 * @param present where the object has its entity, which stays there; absent where it is to be nowhere
 * @throws {Retry} as long as something there refers to it.
 */
export async function leaveNoted(run: Run, mapping: CoreMapping, session: Session, present?: Ids): Promise<void> {
  const former = formerOf(run.object);
  if (former === undefined) return;
  const ids = recordedIds(former, mapping.parents);
  const isLeft = ids !== undefined && (present === undefined || isElsewhere(mapping, ids, present));
  try {
    const past = { ...run, object: former };
    if (isLeft) await removeAt(past, mapping, await recordedServer(past, session), ids);
  } catch (error) {
    if (!isStillReferenced(error)) throw error;
    throw new Retry(
      `it stays in its former control plane ${ids?.controlPlane} as well, since something there still refers to it: ${error.message}`,
    );
  }
  await annotate(run, { [formerAnnotation]: null });
}

function isNoted({ object }: Run, mapping: CoreMapping, recorded: Ids): boolean {
  const former = formerOf(object);
  const noted = former && recordedIds(former, mapping.parents);
  return noted !== undefined && !isElsewhere(mapping, noted, recorded);
}

/** The paths differ: in the control plane, or in a parent that is part of them. */
function isElsewhere({ collection }: CoreMapping, recorded: Ids, present: Ids): boolean {
  return collection({ ...present, ...recorded }) !== collection(present);
}

function isStillReferenced(error: unknown): error is KonnectError {
  return error instanceof KonnectError && error.failure === 'still-referenced';
}

async function removeAt(run: Run, mapping: CoreMapping, session: Session, ids: Ids): Promise<void> {
  for (const id of candidates(run, ids)) {
    await removeEntity(run, session, itemPath(mapping.collection(ids), id), id, ids);
  }
}

function candidates({ object }: Run, ids: Ids): ReadonlySet<string> {
  const recorded = placeOf(object);
  const known = recorded?.controlPlaneID === ids.controlPlane ? [recorded.id] : [];
  const adopted = adoptedId(object);
  return new Set([...known, ownId(object, ids), ...(adopted === undefined ? [] : [adopted])]);
}

import { adoptedId, itemPath, ownId, removeEntity } from './core-calls.ts';
import type { CoreMapping } from './core-entity.ts';
import { type Ids, idsIfKnown, recordedIds } from './ids.ts';
import { isRetained } from './ownership.ts';
import { type Place, placeOf } from './place.ts';
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
  const moved = present !== undefined && present.controlPlane !== recorded?.controlPlane;
  // Held before anything was written, and its place never told: what it would have been written under does not exist.
  if (recorded === undefined && !moved) return;
  const session = await openSession(run, refs);
  if (recorded !== undefined) await removeAt(run, mapping, await recordedServer(run, session), recorded);
  if (moved) await removeAt(run, mapping, session, present);
}

/** Removes the entity of a control plane that the object no longer belongs to. */
export async function leave(run: Run, mapping: CoreMapping, session: Session, present: Ids): Promise<void> {
  const former = recordedIds(run.object, mapping.parents);
  if (former === undefined || former.controlPlane === present.controlPlane) return;
  await removeAt(run, mapping, await recordedServer(run, session), { ...present, ...former });
}

async function removeAt(run: Run, mapping: CoreMapping, session: Session, ids: Ids): Promise<void> {
  for (const id of candidates(run, ids, placeOf(run.object))) {
    await removeEntity(run, session, itemPath(mapping.collection(ids), id), id, ids);
  }
}

function candidates(run: Run, ids: Ids, recorded: Place | undefined): ReadonlySet<string> {
  const own = ownId(run.object, ids);
  const known = recorded?.controlPlaneID === ids.controlPlane ? [recorded.id] : [];
  const adopted = adoptedId(run.object);
  return new Set([...known, own, ...(adopted === undefined ? [] : [adopted])]);
}

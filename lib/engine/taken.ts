import { type KonnectError, Retry, Terminal } from './errors.ts';
import { findCondition, holdsForGeneration, type KubernetesObject } from './objects.ts';
import { isManagedElsewhere, isPaused } from './ownership.ts';
import { belonging, type Observed, refusal } from './plan.ts';
import type { Run } from './run.ts';
import { generationOf, ownerHere } from './tags.ts';

/** An entity that has what must be unique, and whose it is. */
export type Holder = Pick<Observed, 'entity' | 'ownerUid'>;

/** What a look for the holder finds: `unknown` where nobody can be sure that it would have been found. */
export type Sought = Holder | 'nobody' | 'unknown';

/** Longer than an event is tried again: what has stayed as it is for so many seconds does not change by itself any more. */
const patienceSeconds = 30 * 60;

const changing = 'whose last change is not in Konnect yet';

/** A write that Konnect refused because something unique is taken. */
export interface Taken {
  /** What Konnect said, in words. */
  readonly told: string;
  readonly cause: KonnectError;
  readonly holder: Sought;
  /** Looks for the holder again. */
  seek(): Promise<Sought>;
}

/**
 * What becomes of it. Where the holder lets go of it by itself the write is tried again, since that wakes nobody; where it
 * stays, it is named once.
 */
export async function takenBy(run: Run, { told, cause, holder, seek }: Taken): Promise<Retry | Terminal> {
  if (holder === 'unknown') return new Terminal(told, { cause });
  if (holder === 'nobody') return new Retry(`${told}; nobody has it by now: this is tried again`, { cause });
  const leaving = await leavingOf(run, holder, seek);
  if (leaving === undefined) return new Terminal(`${told}; ${refusal(holder)}`, { cause });
  return new Retry(
    `${told}; ${belonging(holder)}, ${leaving}: this is tried again for some minutes. If it stays, change what both would have, or delete that entity`,
    { cause },
  );
}

/** Why the holder lets go of it by itself, in words; undefined where it does not, or where that can not be seen here. */
async function leavingOf(run: Run, holder: Holder, seek: () => Promise<Sought>): Promise<string | undefined> {
  const key = ownerHere(run, holder.entity);
  if (key === undefined || holder.ownerUid === run.object.metadata.uid) return undefined;
  const object = await run.cluster.get(run.kind.resource, key);
  if (object !== undefined && object.metadata.uid === holder.ownerUid) return changeOf(run, holder, object);
  // An entity that was retained outlives its object; any other went before it.
  const again = await seek();
  const stays = typeof again === 'object' && again.entity.id === holder.entity.id;
  return stays ? undefined : 'which is gone by now';
}

function changeOf(run: Run, { entity }: Holder, object: KubernetesObject): string | undefined {
  // Nobody looks at these.
  if (isPaused(object) || isManagedElsewhere(object)) return undefined;
  const { deletionTimestamp, generation = 0 } = object.metadata;
  if (deletionTimestamp !== undefined) return isRecent(run, deletionTimestamp) ? 'which is being deleted' : undefined;
  const type = run.kind.mainCondition;
  if (holdsForGeneration(object, type)) {
    // It was written again after the entity was found.
    const written = generationOf(entity['tags']) ?? generation;
    return written < generation ? changing : undefined;
  }
  const condition = findCondition(object, type);
  const seen = condition?.observedGeneration === object.metadata.generation;
  return condition === undefined || !seen || isRecent(run, condition.lastTransitionTime) ? changing : undefined;
}

function isRecent({ clock }: Run, time: string): boolean {
  return clock.now().getTime() - Date.parse(time) < patienceSeconds * 1_000;
}

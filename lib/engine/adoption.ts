import { adoptedId } from './core-calls.ts';
import { KonnectError, Terminal } from './errors.ts';
import { display, isRecord, type KubernetesObject } from './objects.ts';
import { placeOf } from './place.ts';
import type { Difference } from './plan.ts';
import type { Run } from './run.ts';
import { verdictOf } from './verdict.ts';

/* What all kinds say and refuse alike when an object takes over an entity (`spec.adopt`). */

const type = 'Adopted';

/** True where the object names an entity to take over and has none yet. */
export function isAdopting(object: KubernetesObject): boolean {
  return adoptedId(object) !== undefined && placeOf(object) === undefined;
}

export function reportAdopted(run: Run): void {
  run.report.condition({ type, status: 'True', reason: 'Adopted', message: '' });
}

/** `match`, `override`, or undefined where the object leaves it to the default. */
export function modeOf({ spec }: KubernetesObject): unknown {
  const adoption = isRecord(spec) ? spec['adopt'] : undefined;
  return isRecord(adoption) ? adoption['mode'] : undefined;
}

/** The refusal, told in the condition as well. */
export function refused(run: Run, reason: string, message: string): Terminal {
  run.report.condition({ type, status: 'False', reason, message });
  return new Terminal(message, { reason });
}

export function notThere(run: Run, id: string, where: string): Terminal {
  const message = `there is no entity ${id} in ${where}: correct spec.adopt.konnect.id or the references, or leave spec.adopt out to make a new one`;
  return refused(run, 'FetchFailed', message);
}

export function notMatching(run: Run, id: string, differences: readonly Pick<Difference, 'path'>[]): Terminal {
  const fields = differences.map(({ path }) => path).join(', ');
  const message = `the entity ${id} in Konnect is not what the object says, in ${fields}: change the object to match it, or adopt with mode override`;
  return refused(run, 'NotMatch', message);
}

export function owned(run: Run, id: string, uid: string): Terminal {
  return refused(run, 'UIDConflict', `the entity ${id} in Konnect belongs to the object with uid ${uid}`);
}

/**
 * What was adopted as it was carries no owner, so the objects of this cluster are asked who has it.
 * @param isAnothers says of another object that it has the entity, where its status does not.
 * @throws {Terminal} naming the object that has the entity, or that was there first with the same wish.
 */
export async function refuseAdoptedTwice(
  run: Run,
  id: string,
  isAnothers: (other: KubernetesObject) => boolean = () => false,
): Promise<void> {
  const all = await run.cluster.list(run.kind.resource);
  const { uid } = run.object.metadata;
  const holder = all.find((other) => {
    if (other.metadata.uid === uid) return false;
    const first = adoptedId(other) === id && placeOf(other) === undefined && ageOf(other) < ageOf(run.object);
    return first || placeOf(other)?.id === id || isAnothers(other);
  });
  if (holder === undefined) return;
  const message = `the entity ${id} in Konnect is that of ${holder.kind} ${display(holder.metadata)} already: one object alone can have it`;
  throw refused(run, 'UIDConflict', message);
}

function ageOf({ metadata: { creationTimestamp = '', uid } }: KubernetesObject): string {
  return `${creationTimestamp} ${uid}`;
}

/** Tells a failure of `work` in the condition. */
export async function failingAs<Result>(run: Run, reason: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const verdict = verdictOf(error);
    const { message } = verdict;
    run.report.condition({ type, status: 'False', reason, message });
    if (error instanceof KonnectError && verdict.is === 'terminal')
      throw new Terminal(message, { reason, cause: error });
    throw error;
  }
}

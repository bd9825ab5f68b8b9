import { KonnectError } from './errors.ts';
import { claimAnnotation } from './names.ts';
import type { KubernetesObject } from './objects.ts';
import { annotate, hold } from './ownership.ts';
import type { Run } from './run.ts';
import type { Session } from './session.ts';

/*
 * Networks and configurations of cloud gateways carry neither tags nor labels, so nothing in Konnect says whose they are.
 * The object says it instead: before the first write, and only after a look showed that nothing is there, it notes what
 * it is about to make. What turns up there later is then its own, also where the reply was lost.
 */

export function isClaimed({ metadata }: KubernetesObject, what: string): boolean {
  return metadata.annotations?.[claimAnnotation] === what;
}

/** What the object claims; undefined where it claims nothing. */
export function claimOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.annotations?.[claimAnnotation];
}

/**
 * Makes what was seen not to be there. A refusal takes the claim back, since what turns up later is then somebody else's;
 * where nobody knows what happened it stays.
 */
export async function claiming<Result>(
  run: Run,
  session: Session,
  what: string,
  make: () => Promise<Result>,
): Promise<Result> {
  await hold(run, session.auth, { [claimAnnotation]: what });
  try {
    return await make();
  } catch (error) {
    const refused = error instanceof KonnectError && (error.status ?? 0) >= 400;
    if (refused && error.failure !== 'unavailable') await annotate(run, { [claimAnnotation]: null });
    throw error;
  }
}

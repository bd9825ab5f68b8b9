import { placeOf } from './place.ts';
import type { Run } from './run.ts';
import { openSession, type Session } from './session.ts';

/**
 * A session with the server that the object's entity was recorded on: another one would say of everything that it is gone.
 * To be asked for before `hold` notes another auth configuration, since the noted one leads there.
 */
export async function recordedServer(run: Run, session: Session): Promise<Session> {
  const recorded = placeOf(run.object)?.serverURL;
  return recorded === undefined || isSameServer(recorded, session.serverURL) ? session : openSession(run, new Map());
}

/** True where both lead to the same entities, however they are written. */
export function isSameServer(one: string, other: string): boolean {
  return hostOf(one) === hostOf(other);
}

function hostOf(serverURL: string): string {
  const host = serverURL
    .trim()
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/(:443)?(\/api)?\/?$/, '');
  // The private hosts of a region serve what its public ones do.
  return host.replace(/^([a-z]{2}|global)\.svc\.(konghq\.(com|tech))$/, '$1.api.$2');
}

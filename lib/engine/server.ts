import { Terminal } from './errors.ts';
import { deletionPolicyAnnotation } from './names.ts';
import { display, type KubernetesObject } from './objects.ts';
import { placeOf } from './place.ts';
import type { Run } from './run.ts';
import { isSameServer } from './same-server.ts';
import { openSession, type Session } from './session.ts';

/**
 * A session with the server that the object's entity was recorded on: another one would say of everything that it is gone.
 * To be asked for before `hold` notes another auth configuration, since the noted one leads there.
 */
export async function recordedServer(run: Run, session: Session): Promise<Session> {
  const recorded = placeOf(run.object)?.serverURL;
  return recorded === undefined || isSameServer(recorded, session.serverURL) ? session : openSession(run, new Map());
}

/**
 * That an entity is not found means nothing when it is another server that answers.
 * @throws {Terminal} where the entity was made on another server than the session's.
 */
export function refuseOtherServer(object: KubernetesObject, { auth, serverURL }: Session): void {
  const recorded = placeOf(object)?.serverURL;
  if (recorded === undefined || isSameServer(recorded, serverURL)) return;
  throw new Terminal(
    `the entity was made on ${recorded}, but ${display(auth)} leads to ${serverURL}: use an auth configuration of ${recorded}, or, to make a new entity, delete the object with the annotation ${deletionPolicyAnnotation}=retain and re-create it`,
    { reason: 'ServerMismatch' },
  );
}

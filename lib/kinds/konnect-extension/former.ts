import { organizationAnnotation } from '../../engine/names.ts';
import type { KubernetesObject } from '../../engine/objects.ts';
import { hold, recordedAccount } from '../../engine/ownership.ts';
import type { Run } from '../../engine/run.ts';
import { openSession, type Session } from '../../engine/session.ts';
import { textAt } from '../fields.ts';
import { controlPlaneAnnotation } from './names.ts';
import { removeAllUploaded } from './uploads.ts';

/** The control plane that has certificates of the extension: as long as they are there, also after it was replaced by another. */
export function recordedControlPlane({ metadata, status }: KubernetesObject): string | undefined {
  return metadata.annotations?.[controlPlaneAnnotation] ?? textAt(status, 'konnect', 'controlPlaneID');
}

/**
 * Notes the control plane before certificates are uploaded to it. Not while another one is noted: what leads to the
 * certificates there must not be lost before they are gone.
 */
export async function noteControlPlane(run: Run, session: Session, controlPlane: string): Promise<void> {
  const recorded = recordedControlPlane(run.object);
  if (recorded === undefined || recorded === controlPlane) await note(run, session, controlPlane);
  else await hold(run, undefined, { [controlPlaneAnnotation]: recorded });
}

/** Takes the certificates from a control plane that was replaced: its data planes get no new one from this extension any more. */
export async function leaveFormer(run: Run, controlPlane: string, open: () => Promise<Session>): Promise<void> {
  const recorded = recordedControlPlane(run.object);
  if (recorded === undefined || recorded === controlPlane) return;
  const session = await open();
  await removeFromFormer(run, session, recorded);
  await note(run, session, controlPlane);
}

/** By the auth configuration that was noted with it: another may lead to another server, which would say that nothing is there. */
export async function removeFromFormer(run: Run, session: Session, controlPlane: string): Promise<void> {
  const account = recordedAccount(run.object);
  await removeAllUploaded(run, account === undefined ? session : await openSession(run, new Map()), controlPlane);
}

async function note(run: Run, session: Session, controlPlane: string): Promise<void> {
  await hold(run, session.auth, {
    [controlPlaneAnnotation]: controlPlane,
    [organizationAnnotation]: session.organizationId,
  });
}

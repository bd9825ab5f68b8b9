import { isClaimed } from '../../engine/claim.ts';
import { adoptedId, isAdopted } from '../../engine/core-calls.ts';
import { type Evidence, prevails } from '../../engine/dispute.ts';
import { KonnectError, Retry } from '../../engine/errors.ts';
import { isRecord, type KubernetesObject } from '../../engine/objects.ts';
import { placeOf } from '../../engine/place.ts';
import type { Run } from '../../engine/run.ts';
import type { Session } from '../../engine/session.ts';
import { pathOf } from '../../konnect/path.ts';
import { textAt } from '../fields.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { certificateTitle, titleNames, titleOwner } from './names.ts';
import type { Uploaded } from './plan.ts';

/** The certificates that Konnect has for a control plane; undefined where it has no such control plane. */
export async function listUploaded(
  run: Run,
  session: Session,
  controlPlane: string,
): Promise<readonly Uploaded[] | undefined> {
  try {
    const items = await session.list({ path: pathOf`/v2/control-planes/${controlPlane}/dp-client-certificates` });
    const found = items.flatMap((item) => toUploaded(item, run.object) ?? []);
    return await Promise.all(found.map((one) => undisputed(run, one)));
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'not-found') return undefined;
    throw error;
  }
}

function toUploaded(item: unknown, object: KubernetesObject): Uploaded | undefined {
  if (!isRecord(item) || typeof item['id'] !== 'string') return undefined;
  const pem = typeof item['cert'] === 'string' ? item['cert'] : '';
  const { id, title } = item;
  const owner = titleOwner(title);
  const taken = owner === undefined && (isAdopted(object, id) || isTaken(object, id));
  const ours = titleNames(title, object.metadata.uid) || taken;
  return { id, fingerprint: readCertificate(pem)?.fingerprint, ours, owner };
}

/** Of an entry without a title several objects may say that it is theirs. */
async function undisputed(run: Run, one: Uploaded): Promise<Uploaded> {
  if (!one.ours || one.owner !== undefined) return one;
  return { ...one, ours: await prevails(run, one.id, uploadOf(one.id)) };
}

/** What an object says of an entry that carries nobody's title. */
export function uploadOf(id: string): Evidence {
  return (object) =>
    Number(placeOf(object)?.id === id) + Number(adoptedId(object) === id || isClaimed(object, claimOnUpload(id)));
}

/** What an object notes before it takes over an entry that carries nobody's title. */
export function claimOnUpload(id: string): string {
  return `dp-client-certificate/${id}`;
}

/** Noted, and named by the status: an annotation alone could be anybody's edit. */
function isTaken(object: KubernetesObject, id: string): boolean {
  return placeOf(object)?.id === id && isClaimed(object, claimOnUpload(id));
}

/** @returns its id, where Konnect tells it. */
export async function upload(
  run: Run,
  session: Session,
  controlPlane: string,
  certificate: Certificate,
): Promise<string | undefined> {
  const answer = await session.call({
    method: 'POST',
    path: pathOf`/v2/control-planes/${controlPlane}/dp-client-certificates`,
    body: { cert: certificate.pem, title: certificateTitle(run.cluster.name, run.object) },
  });
  return textAt(answer, 'item', 'id');
}

export async function removeUploaded(session: Session, controlPlane: string, id: string): Promise<void> {
  try {
    const path = pathOf`/v2/control-planes/${controlPlane}/dp-client-certificates/${id}`;
    await session.call({ method: 'DELETE', path });
  } catch (error) {
    if (!(error instanceof KonnectError) || error.failure !== 'not-found') throw error;
  }
}

/** Removes all of ours and returns once none is seen any more. A control plane that is gone took them with it. */
export async function removeAllUploaded(run: Run, session: Session, controlPlane: string): Promise<void> {
  const ours = async (): Promise<readonly Uploaded[]> =>
    ((await listUploaded(run, session, controlPlane)) ?? []).filter((one) => one.ours);
  const present = await ours();
  for (const { id } of present) await removeUploaded(session, controlPlane, id);
  if (present.length > 0 && (await ours()).length > 0) {
    throw new Retry(`certificates of control plane ${controlPlane} are still there after their deletion`, {
      afterSeconds: 1,
    });
  }
}

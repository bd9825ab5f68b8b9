import {
  failingAs,
  isAdopting,
  notMatching,
  notThere,
  owned,
  refuseAdoptedTwice,
  reportAdopted,
} from '../../engine/adoption.ts';
import type { Controller } from '../../engine/controller.ts';
import { adoptedId } from '../../engine/core-calls.ts';
import { prevails } from '../../engine/dispute.ts';
import { KonnectError, Retry, Terminal } from '../../engine/errors.ts';
import { idsIfKnown, idsOf } from '../../engine/ids.ts';
import { claimAnnotation } from '../../engine/names.ts';
import { holdsForGeneration } from '../../engine/objects.ts';
import { hold, isHeld, isRetained } from '../../engine/ownership.ts';
import { placeOf } from '../../engine/place.ts';
import { findRefs, type Refs, requireRefs } from '../../engine/refs.ts';
import type { Run } from '../../engine/run.ts';
import { recordedServer } from '../../engine/server.ts';
import { openSession, type Session } from '../../engine/session.ts';
import { wakeMissing } from '../../engine/wake.ts';
import { fieldsOf } from '../fields.ts';
import { type Certificate, readCertificate } from '../konnect-extension/certificate.ts';
import type { Uploaded } from '../konnect-extension/plan.ts';
import {
  claimOnUpload,
  listUploaded,
  removeAllUploaded,
  removeUploaded,
  upload,
  uploadOf,
} from '../konnect-extension/uploads.ts';
import { schema } from './schema.ts';

/** Konnect chooses the id and keeps no tags: the title carries the uid of the object, and is what finds it again. */
export const controller: Controller = { converge, release };

async function converge(run: Run): Promise<void> {
  const certificate = certificateOf(run);
  const refs = await requireRefs(run);
  const { controlPlane } = idsOf(refs);
  const recorded = placeOf(run.object)?.controlPlaneID;
  const settled = !run.thorough && isHeld(run.object) && holdsForGeneration(run.object, run.kind.mainCondition);
  if (settled && recorded === controlPlane) return;
  const session = await openSession(run, refs);
  if (recorded !== undefined && recorded !== controlPlane) await removeRecorded(run, session, recorded);
  await hold(run, session.auth);
  const make = isAdopting(run.object) ? adopted : uploaded;
  const id = await make(run, session, refs, controlPlane, certificate);
  const { organizationId: organizationID, serverURL } = session;
  run.report.status({ konnect: { id, organizationID, serverURL, controlPlaneID: controlPlane } });
  run.report.condition({ type: 'Programmed', status: 'True', reason: 'Programmed', message: '' });
}

function certificateOf(run: Run): Certificate {
  const certificate = readCertificate(fieldsOf(schema, run.object).spec.cert);
  if (certificate !== undefined) return certificate;
  throw new Terminal('spec.cert holds no certificate that can be read: give one in PEM', { reason: 'Invalid' });
}

/** The certificate once, under our title; the one that it replaces goes only after that, since data planes may show either. */
async function uploaded(
  run: Run,
  session: Session,
  refs: Refs,
  controlPlane: string,
  certificate: Certificate,
): Promise<string> {
  const all = await listed(run, session, refs, controlPlane);
  const named = all.find((one) => isFormer(run, one, controlPlane, certificate));
  const former = named !== undefined && (await prevails(run, named.id, uploadOf(named.id))) ? named : undefined;
  if (former !== undefined) await hold(run, session.auth, { [claimAnnotation]: claimOnUpload(former.id) });
  const ours = all.filter((one) => one.ours || one === former);
  const present = ours.find(({ fingerprint }) => fingerprint === certificate.fingerprint);
  const id = present?.id ?? (await upload(run, session, controlPlane, certificate));
  if (id === undefined) throw new KonnectError('Konnect answered without an entity', { failure: 'unintelligible' });
  for (const other of ours) if (other.id !== id) await removeUploaded(session, controlPlane, other.id);
  return id;
}

/** Uploaded for the object by Kong's operator, which gives no title: the status names it, and it is what the object says. */
function isFormer(run: Run, { id, owner, fingerprint }: Uploaded, controlPlane: string, wanted: Certificate): boolean {
  const place = placeOf(run.object);
  const named = place?.id === id && place.controlPlaneID === controlPlane;
  return named && owner === undefined && fingerprint === wanted.fingerprint;
}

/** Nothing of a certificate can be changed, so it must be the object's already. */
async function adopted(run: Run, session: Session, refs: Refs, controlPlane: string, certificate: Certificate) {
  const id = adoptedId(run.object) ?? '';
  const all = await failingAs(run, 'FetchFailed', () => listed(run, session, refs, controlPlane));
  const found = all.find((one) => one.id === id);
  if (found === undefined) throw notThere(run, id, `the control plane ${controlPlane}`);
  const { owner, fingerprint } = found;
  if (owner !== undefined && owner !== run.object.metadata.uid) throw owned(run, id, owner);
  await refuseAdoptedTwice(run, id);
  if (fingerprint !== certificate.fingerprint) throw notMatching(run, id, [{ path: 'cert' }]);
  reportAdopted(run);
  return id;
}

async function listed(run: Run, session: Session, refs: Refs, controlPlane: string) {
  const found = await listUploaded(run, session, controlPlane);
  if (found !== undefined) return found;
  await wakeMissing(run, refs.values());
  throw new Retry(`the control plane ${controlPlane} does not exist in Konnect: its object was asked to re-create it`);
}

async function release(run: Run): Promise<void> {
  if (isRetained(run.object)) return;
  const refs = await findRefs(run);
  const recorded = placeOf(run.object)?.controlPlaneID;
  const present = idsIfKnown(refs)?.controlPlane;
  if (recorded === undefined && present === undefined) return;
  const session = await openSession(run, refs);
  if (recorded !== undefined) await removeRecorded(run, session, recorded);
  if (present !== undefined && present !== recorded) await removeAllUploaded(run, session, present);
}

async function removeRecorded(run: Run, session: Session, controlPlane: string): Promise<void> {
  await removeAllUploaded(run, await recordedServer(run, session), controlPlane);
}

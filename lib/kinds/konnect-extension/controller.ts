import type { Controller } from '../../engine/controller.ts';
import { KonnectError, Retry, Terminal } from '../../engine/errors.ts';
import { holdsForGeneration } from '../../engine/objects.ts';
import { isHeld, isRetained } from '../../engine/ownership.ts';
import { findRefs, type Refs, requireRefs } from '../../engine/refs.ts';
import type { Run } from '../../engine/run.ts';
import { openSession, type Session } from '../../engine/session.ts';
import { together } from '../../engine/together.ts';
import { wakeUp } from '../../engine/wake.ts';
import { fieldsOf } from '../fields.ts';
import { type ControlPlaneFacts, controlPlaneFacts } from '../konnect-gateway-control-plane/ref.ts';
import { issueCertificate, replacedGrace } from './certificate.ts';
import { clusterTypeInStatus, controlPlaneOf, refuseOtherNamespace } from './control-plane.ts';
import { gatewayEnvironment } from './environment.ts';
import { leaveFormer, noteControlPlane, recordedControlPlane, removeFromFormer } from './former.ts';
import { secretName } from './kind.ts';
import { withRecord } from './lost-record.ts';
import { commonName, type Owned, readOwned, writeConfigMap, writeSecret } from './owned.ts';
import { type CertificateRecord, hasExpired, planCertificates, replacedBy } from './plan.ts';
import { type Fields, schema } from './schema.ts';
import { listUploaded, removeAllUploaded, removeUploaded, upload } from './uploads.ts';
import { refuseWhileUsed, type Users, userStatus, usersOf } from './users.ts';

/** Gives data planes of the cluster what they need to join: a certificate that Konnect knows, and settings. */
export const controller: Controller = { converge, release };

/** Konnect takes no more labels than this from one data plane. */
const labelLimit = 5;

async function converge(run: Run): Promise<void> {
  const fields = fieldsOf(schema, run.object);
  const labels = dataPlaneLabels(fields);
  refuseOtherNamespace(run, fields);
  const refs = await requireRefs(run);
  const open = once(() => openSession(run, refs));
  const facts = await controlPlaneOf(run, fields, refs, open);
  const manual = fields.spec.clientAuth?.certificateSecret.provisioning === 'Manual';
  const [owned, users] = await Promise.all([readOwned(run, manual), usersOf(run)]);
  const settings = gatewayEnvironment(facts, labels);
  const settled = settledRecord(run, facts, owned);
  if (settled === undefined) await provision(run, owned, { refs, facts, settings, open });
  else await writeConfigMap(run, owned, settings, settled);
  report(run, facts, users);
  // Last, so that data planes need not wait for it.
  await leaveFormer(run, facts.id, open);
}

function dataPlaneLabels(fields: Fields): Readonly<Record<string, string>> {
  const labels = fields.spec.konnect.dataPlane?.labels ?? {};
  const count = Object.keys(labels).length;
  if (count <= labelLimit) return labels;
  throw new Terminal(
    `spec.konnect.dataPlane.labels has ${count} entries, and Konnect accepts at most ${labelLimit} from a data plane: remove ${count - labelLimit}`,
    { reason: 'TooManyDataPlaneLabels' },
  );
}

/** What is recorded, where it says that Konnect has the certificate in use and nothing else is due. */
function settledRecord(
  run: Run,
  facts: ControlPlaneFacts,
  { record, certificate }: Owned,
): CertificateRecord | undefined {
  const noted = recordedControlPlane(run.object) === facts.id;
  const same = noted && record?.controlPlane === facts.id && record.fingerprint === certificate?.fingerprint;
  if (!same || run.thorough || !isHeld(run.object) || hasExpired(record, run.clock.now())) return undefined;
  return record;
}

interface Provisioning {
  readonly refs: Refs;
  readonly facts: ControlPlaneFacts;
  readonly settings: Readonly<Record<string, string>>;
  readonly open: () => Promise<Session>;
}

/**
 * Makes Konnect know the certificate in use; a new one is made where there is none or it is near its end. It is uploaded
 * before the Secret changes, and the one it replaces stays for its grace, so that at every moment the Secret's is known.
 * The record is written last: until it is, all of this is done again, and nothing of it twice.
 */
async function provision(run: Run, found: Owned, { refs, facts, settings, open }: Provisioning): Promise<void> {
  try {
    const session = await open();
    const now = run.clock.now();
    // Side by side, since nothing is written to Konnect before all of them are done.
    const [issued, uploaded] = await together([
      found.certificate === undefined ? issueCertificate(commonName(run.object), now) : Promise.resolve(undefined),
      listUploaded(run, session, facts.id),
      noteControlPlane(run, session, facts.id),
    ]);
    const current = found.certificate ?? issued;
    if (current === undefined) throw new Error('no certificate was made');
    if (uploaded === undefined) return await controlPlaneLost(run, refs, facts);
    const until = new Date(now.getTime() + replacedGrace);
    const controlPlane = facts.id;
    const owned = await withRecord(run, found, { controlPlane, settings, uploaded, until });
    const replaced = replacedBy(owned.record, owned.present, current, until);
    const plan = planCertificates({ controlPlane, current, uploaded, replaced, now });
    // First, so that tries which fail again and again do not fill up what Konnect has room for.
    for (const id of plan.remove) await removeUploaded(session, facts.id, id);
    if (plan.upload) await upload(run, session, facts.id, current);
    if (issued !== undefined) await writeSecret(run, owned.secret, issued);
    await writeConfigMap(run, owned, settings, plan.record);
  } catch (error) {
    reportFailure(run, error);
    throw error;
  }
}

/** Somebody deleted it in Konnect: its own object makes a new one, whose id then wakes this extension. */
async function controlPlaneLost(run: Run, refs: Refs, facts: ControlPlaneFacts): Promise<never> {
  const object = refs.get('controlPlane')?.object;
  const kind = object && run.registry.kinds.find(({ resource }) => resource.kind === object.kind);
  if (object === undefined || kind === undefined) {
    throw new Terminal(`the control plane ${facts.id} does not exist in Konnect any more`, { reason: 'provisioning' });
  }
  await run.wake([wakeUp(run.cluster.name, kind, object, { origin: `lost/${facts.id}`, force: true })]);
  throw new Retry(
    `the control plane ${facts.id} does not exist in Konnect any more: its object was asked to re-create it`,
  );
}

/** A failing call does not unsay what is provisioned: data planes go on with the certificate that they have. */
function reportFailure(run: Run, error: unknown): void {
  const type = 'DataPlaneCertificateProvisioned';
  if (holdsForGeneration(run.object, type) || !(error instanceof KonnectError)) return;
  run.report.condition({ type, status: 'False', reason: 'KonnectAPIOpFailed', message: error.message });
}

function report(run: Run, facts: ControlPlaneFacts, users: Users): void {
  run.report.status({
    ...userStatus(users),
    konnect: {
      controlPlaneID: facts.id,
      clusterType: clusterTypeInStatus(facts.clusterType),
      endpoints: facts.endpoints,
    },
    dataPlaneClientAuth: { certificateSecretRef: { name: secretName(run.object) } },
  });
  run.report.condition({
    type: 'DataPlaneCertificateProvisioned',
    status: 'True',
    reason: 'Provisioned',
    message: 'DataPlane client certificate is provisioned',
  });
  run.report.condition({ type: 'Ready', status: 'True', reason: 'Ready', message: 'KonnectExtension is ready' });
}

/** The Secret and the ConfigMap go with the extension by their owner reference; here goes what Konnect has. */
async function release(run: Run): Promise<void> {
  if (isRetained(run.object)) return;
  refuseWhileUsed(await usersOf(run));
  const refs = await findRefs(run);
  const recorded = recordedControlPlane(run.object);
  const object = refs.get('controlPlane')?.object;
  const present = object === undefined ? recorded : controlPlaneFacts(object)?.id;
  if (recorded === undefined && present === undefined) return;
  const session = await openSession(run, refs);
  if (present !== undefined) await removeAllUploaded(run, session, present);
  if (recorded !== undefined && recorded !== present) await removeFromFormer(run, session, recorded);
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

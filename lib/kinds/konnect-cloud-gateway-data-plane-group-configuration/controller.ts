import { isAdopting, modeOf, notMatching, notThere, reportAdopted } from '../../engine/adoption.ts';
import { claiming, isClaimed } from '../../engine/claim.ts';
import type { Controller } from '../../engine/controller.ts';
import { adoptedId, isEntity } from '../../engine/core-calls.ts';
import { prevails } from '../../engine/dispute.ts';
import { KonnectError, Retry, Terminal } from '../../engine/errors.ts';
import { idsOf } from '../../engine/ids.ts';
import { claimAnnotation } from '../../engine/names.ts';
import { holdsForGeneration, isRecord, statusOf, statusText } from '../../engine/objects.ts';
import { annotate, hold, isHeld, isRetained } from '../../engine/ownership.ts';
import type { Entity } from '../../engine/plan.ts';
import { findRefs, requireRefs } from '../../engine/refs.ts';
import type { Run } from '../../engine/run.ts';
import { openSession, type Session } from '../../engine/session.ts';
import { wakeMissing } from '../../engine/wake.ts';
import { textAt } from '../fields.ts';
import { type Configuration, configurationOf, geoOf, groupsInStatus, networkIds } from './body.ts';
import { differing, isExactly } from './compare.ts';
import { claimedBy, claimOn, noteOf, refuseSecond, wakeRivals } from './rivals.ts';

/**
 * A control plane has at most one configuration in Konnect, which one PUT makes, changes and empties; it keeps no owner,
 * so the object claims the control plane before the first.
 */
export const controller: Controller = { converge, release };

const configurations = '/v2/cloud-gateways/configurations';
/** Konnect does not say when it is done: long enough to be no burden, short enough for somebody who waits. */
const busySeconds = 60;

async function converge(run: Run): Promise<void> {
  refuseOtherNamespace(run);
  const refs = await requireRefs(run);
  const { controlPlane } = idsOf(refs);
  if (statusText(run.object, 'controlPlaneID') === controlPlane && (await isSettled(run))) return;
  const session = await openSession(run, refs);
  const wanted = await configurationOf(run, session, controlPlane);
  await refuseSecond(run, controlPlane);
  const former = claimedBy(run.object);
  if (former !== undefined && former !== controlPlane) await empty(run, session, former);
  try {
    report(run, session, controlPlane, await converged(run, session, wanted));
  } catch (error) {
    if (error instanceof KonnectError && error.failure === 'not-found') await wakeMissing(run, refs.values());
    throw error;
  }
}

/** @throws {Terminal} The CRD lets a namespace be written, which only objects of this namespace can be found under. */
function refuseOtherNamespace(run: Run): void {
  const namespace = textAt(run.object.spec, 'controlPlaneRef', 'konnectNamespacedRef', 'namespace');
  if (namespace === undefined || namespace === run.object.metadata.namespace) return;
  throw new Terminal(
    `spec.controlPlaneRef.konnectNamespacedRef.namespace is ${namespace}: only a control plane of the object's own namespace can be referred to`,
  );
}

async function isSettled(run: Run): Promise<boolean> {
  if (run.thorough || !isHeld(run.object) || !holdsForGeneration(run.object, 'Programmed')) return false;
  const groups = statusOf(run.object)['dataplane_groups'];
  const known = Array.isArray(groups) ? groups.filter(isRecord).map((group) => group['cloud_gateway_network_id']) : [];
  return [...(await networkIds(run)).values()].every((id) => known.includes(id));
}

async function converged(run: Run, session: Session, wanted: Configuration): Promise<Entity> {
  const controlPlane = wanted.control_plane_id;
  const present = await find(session, controlPlane);
  const adopting = isAdopting(run.object);
  if (adopting) refuseUnlessAdoptable(run, present, wanted);
  else if (present !== undefined) await refuseForeign(run, present, controlPlane);
  // Also where what is wanted is refused: until they are ready they are looked at every minute.
  if (present !== undefined) run.report.status({ dataplane_groups: groupsInStatus(present) });
  const found = await made(run, session, wanted, present);
  if (adopting) reportAdopted(run);
  return found;
}

async function made(run: Run, session: Session, wanted: Configuration, present: Entity | undefined): Promise<Entity> {
  const controlPlane = wanted.control_plane_id;
  if (present !== undefined && isAsWanted(run, wanted, present)) {
    await hold(run, session.auth, { [claimAnnotation]: claimOn(controlPlane) });
    return present;
  }
  if (present === undefined || isEmpty(present)) {
    return claiming(run, session, claimOn(controlPlane), () => put(session, wanted));
  }
  await hold(run, session.auth, { [claimAnnotation]: claimOn(controlPlane) });
  return put(session, wanted);
}

/** The control plane has the one that the object names, and with mode `match` it says the same. */
function refuseUnlessAdoptable(run: Run, present: Entity | undefined, wanted: Configuration): void {
  const id = adoptedId(run.object) ?? '';
  if (present?.id !== id) throw notThere(run, id, `the control plane ${wanted.control_plane_id}`);
  const differences = modeOf(run.object) === 'match' ? differing(wanted, present) : [];
  if (differences.length > 0) throw notMatching(run, id, differences);
}

/** One that asks for nothing is free to be taken: that is how configurations are deleted. */
async function refuseForeign(run: Run, present: Entity, controlPlane: string): Promise<void> {
  if (isEmpty(present)) return;
  const own = isClaimed(run.object, claimOn(controlPlane)) || statusText(run.object, 'id') === present.id;
  if (own && (await prevails(run, present.id, noteOf(controlPlane)))) return;
  throw new Terminal(
    `the control plane ${controlPlane} has data planes in Konnect already (configuration ${present.id}), and nothing says that they belong to this object: remove them there, or, where they are to be this object's, write that id into status.id`,
    { reason: 'OwnershipConflict' },
  );
}

function isEmpty(configuration: Entity): boolean {
  const groups = configuration['dataplane_group_config'];
  return !Array.isArray(groups) || groups.length === 0;
}

/** What was programmed, and what is adopted as it is, may have a limit that is not the object's; an edit may have taken one out. */
function isAsWanted({ object }: Run, wanted: Configuration, present: Entity): boolean {
  const asItIs = isAdopting(object) && modeOf(object) === 'match';
  if (asItIs || holdsForGeneration(object, 'Programmed')) return differing(wanted, present).length === 0;
  return isExactly(wanted, present);
}

async function find(session: Session, controlPlane: string): Promise<Entity | undefined> {
  const query = { 'filter[control_plane_id]': controlPlane };
  const listed = await session.list({ path: configurations, query, host: 'global' });
  return listed.filter(isEntity).find((one) => one['control_plane_id'] === controlPlane);
}

/** @throws {Retry} while what was ordered last is not finished. That Konnect has exactly this already is a success. */
async function put(session: Session, body: Readonly<Record<string, unknown>> | Configuration): Promise<Entity> {
  try {
    const answer = await session.call({ method: 'PUT', path: configurations, body, host: 'global' });
    if (isEntity(answer)) return answer;
    throw new KonnectError('Konnect answered without a configuration', { failure: 'unintelligible' });
  } catch (error) {
    if (!(error instanceof KonnectError)) throw error;
    // Both come as general refusals; only their text tells what is meant.
    if (error.status === 400 && error.message.includes('have not finished provisioning')) {
      throw new Retry(error.message, { cause: error, afterSeconds: busySeconds });
    }
    if (error.status !== 409 || !error.message.includes('are identical')) throw error;
    const present = await find(session, String(Reflect.get(body, 'control_plane_id')));
    if (present === undefined) throw error;
    return present;
  }
}

function report(run: Run, session: Session, controlPlaneID: string, configuration: Entity): void {
  const { organizationId: organizationID, serverURL } = session;
  const dataplane_groups = groupsInStatus(configuration);
  run.report.status({ id: configuration.id, organizationID, serverURL, controlPlaneID, dataplane_groups });
  run.report.condition({ type: 'Programmed', status: 'True', reason: 'Programmed', message: '' });
}

async function release(run: Run): Promise<void> {
  if (isRetained(run.object)) return;
  const controlPlane = claimedBy(run.object);
  if (controlPlane === undefined) return;
  await empty(run, await openSession(run, await findRefs(run)), controlPlane);
  // From here on what the control plane has is the next one's.
  await annotate(run, { [claimAnnotation]: null });
  await wakeRivals(run, controlPlane);
}

/** Orders no data planes at all, which is how Konnect deletes them. Those of a control plane that is gone went with it. */
async function empty(run: Run, session: Session, controlPlane: string): Promise<void> {
  const present = await find(session, controlPlane);
  if (present === undefined || isEmpty(present)) return;
  if (!(await prevails(run, present.id, noteOf(controlPlane)))) {
    run.log.warn('entity of another owner left alone', { id: present.id });
    return;
  }
  await put(session, {
    control_plane_id: controlPlane,
    control_plane_geo: textAt(present, 'control_plane_geo') ?? geoOf(session),
    version: present['version'],
    api_access: present['api_access'],
    dataplane_groups: [],
  });
}

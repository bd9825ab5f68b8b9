import { KonnectError, Terminal, Wait } from '../../engine/errors.ts';
import { isRecord, statusOf } from '../../engine/objects.ts';
import type { Refs } from '../../engine/refs.ts';
import type { Run } from '../../engine/run.ts';
import type { Session } from '../../engine/session.ts';
import { pathOf } from '../../konnect/path.ts';
import { textAt } from '../fields.ts';
import { type ControlPlaneFacts, controlPlaneFacts } from '../konnect-gateway-control-plane/ref.ts';
import type { Fields } from './schema.ts';

/**
 * The control plane that the extension names: from its object, or from Konnect for one given by its id. The latter is
 * asked once and then remembered in the status, until a thorough look.
 */
export async function controlPlaneOf(
  run: Run,
  fields: Fields,
  refs: Refs,
  open: () => Promise<Session>,
): Promise<ControlPlaneFacts> {
  const { ref } = fields.spec.konnect.controlPlane;
  if (ref.konnectID !== undefined) return byId(run, ref.konnectID, open);
  const object = refs.get('controlPlane')?.object;
  const facts = object && controlPlaneFacts(object);
  if (facts === undefined) throw new Wait('the control plane is not known yet');
  return facts;
}

/** @throws {Terminal} The CRD lets a namespace be written, which only objects of this namespace can be found under. */
export function refuseOtherNamespace(run: Run, fields: Fields): void {
  const namespace = fields.spec.konnect.controlPlane.ref.konnectNamespacedRef?.namespace;
  if (namespace === undefined || namespace === run.object.metadata.namespace) return;
  throw refInvalid(
    run,
    `spec.konnect.controlPlane.ref.konnectNamespacedRef.namespace is ${namespace}: only a control plane of the extension's own namespace can be referred to`,
  );
}

async function byId(run: Run, id: string, open: () => Promise<Session>): Promise<ControlPlaneFacts> {
  const facts = (run.thorough ? undefined : remembered(run, id)) ?? (await ask(run, id, await open()));
  run.report.condition({
    type: 'ControlPlaneRefValid',
    status: 'True',
    reason: 'Valid',
    message: 'ControlPlaneRef is valid',
  });
  return facts;
}

async function ask(run: Run, id: string, session: Session): Promise<ControlPlaneFacts> {
  try {
    const answer = await session.call({ method: 'GET', path: pathOf`/v2/control-planes/${id}` });
    const config = isRecord(answer) ? answer['config'] : undefined;
    const controlPlane = textAt(config, 'control_plane_endpoint');
    const telemetry = textAt(config, 'telemetry_endpoint');
    const clusterType = textAt(config, 'cluster_type');
    if (controlPlane === undefined || telemetry === undefined || clusterType === undefined) {
      throw new KonnectError('Konnect described the control plane without its endpoints', {
        failure: 'unintelligible',
      });
    }
    return { id, clusterType, endpoints: { controlPlane, telemetry } };
  } catch (error) {
    if (!(error instanceof KonnectError) || !['not-found', 'invalid'].includes(error.failure)) throw error;
    throw refInvalid(
      run,
      `no control plane ${id} in the Konnect organisation ${session.organizationId}: correct spec.konnect.controlPlane.ref.konnectID or the authentication`,
    );
  }
}

function refInvalid(run: Run, message: string): Terminal {
  run.report.condition({ type: 'ControlPlaneRefValid', status: 'False', reason: 'Invalid', message });
  return new Terminal(message, { reason: 'provisioning' });
}

/** Cluster types as Kong's CRD words them in a status. A group serves data planes as a plain control plane does. */
export function clusterTypeInStatus(clusterType: string): string {
  return clusterType === 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER' ? 'K8SIngressController' : 'ControlPlane';
}

function remembered(run: Run, id: string): ControlPlaneFacts | undefined {
  const { konnect } = statusOf(run.object);
  const controlPlane = textAt(konnect, 'endpoints', 'controlPlane');
  const telemetry = textAt(konnect, 'endpoints', 'telemetry');
  if (textAt(konnect, 'controlPlaneID') !== id || controlPlane === undefined || telemetry === undefined)
    return undefined;
  const kic = textAt(konnect, 'clusterType') === 'K8SIngressController';
  const clusterType = kic ? 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER' : 'CLUSTER_TYPE_CONTROL_PLANE';
  return { id, clusterType, endpoints: { controlPlane, telemetry } };
}

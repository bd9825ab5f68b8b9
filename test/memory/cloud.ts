import type { Body } from '../../infra/local/konnect/schema.ts';
import type { Manifest } from './cluster.ts';
import { controlPlane, controlPlaneKind, named, settle, withAuth } from './manifests.ts';
import { namespace, organizationId, type Stage, startStage } from './stage.ts';

/* Short words for tests about cloud gateways. */

export const networkKind = named('KonnectCloudGatewayNetwork');
export const configurationKind = named('KonnectCloudGatewayDataPlaneGroupConfiguration');

type Extra = Readonly<Record<string, unknown>>;

export function network(stage: Stage, spec: Extra = {}, name = 'net'): Manifest {
  const account = stage.konnect.providerAccounts(organizationId).find(({ provider }) => provider === 'aws');
  return {
    metadata: { name, namespace },
    spec: {
      name: 'shop',
      cloud_gateway_provider_account_id: account?.id ?? '',
      region: 'eu-central-1',
      availability_zones: ['euc1-az1', 'euc1-az2'],
      cidr_block: '10.4.0.0/16',
      konnect: { authRef: { name: 'auth' } },
      ...spec,
    },
  };
}

/** Data planes in the network `net`, of the control plane `cp`. */
export function configuration(spec: Extra = {}, metadata: Extra = {}): Manifest {
  return {
    metadata: { name: 'planes', namespace, ...metadata },
    spec: {
      controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'cp' } },
      version: '3.9',
      api_access: 'private+public',
      dataplane_groups: [group()],
      ...spec,
    },
  };
}

export function group(fields: Extra = {}): Extra {
  return {
    provider: 'aws',
    region: 'eu-central-1',
    networkRef: { type: 'namespacedRef', namespacedRef: { name: 'net' } },
    autoscale: { type: 'autopilot', autopilot: { base_rps: 100 } },
    ...fields,
  };
}

export function networks({ konnect }: Stage): readonly Body[] {
  return konnect.networks(organizationId).filter(({ state }) => state !== 'terminating');
}

export function configurations({ konnect }: Stage): readonly Body[] {
  return konnect.configurations(organizationId);
}

/** Long enough for everything that Konnect is at work on. */
export function passMinutes(stage: Stage, minutes = 15): void {
  stage.now = new Date(stage.now.getTime() + minutes * 60_000);
}

/** A control plane for cloud gateways and a network, both programmed. */
export async function networkStage(): Promise<Stage> {
  const stage = await startStage();
  await withAuth(stage);
  stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp', { cloud_gateway: true }));
  await settle(stage, controlPlaneKind, 'cp');
  stage.cluster.user.apply(networkKind.resource, network(stage));
  await settle(stage, networkKind, 'net');
  return stage;
}

/** The same with data planes, programmed. */
export async function programmedConfiguration(): Promise<Stage> {
  const stage = await networkStage();
  stage.cluster.user.apply(configurationKind.resource, configuration());
  await settle(stage, configurationKind, 'planes');
  return stage;
}

import { Terminal, Wait } from '../../engine/errors.ts';
import { display, isRecord, statusText } from '../../engine/objects.ts';
import type { Entity } from '../../engine/plan.ts';
import { type Resolved, resolveAll } from '../../engine/refs.ts';
import type { Run } from '../../engine/run.ts';
import type { Session } from '../../engine/session.ts';
import { regionOf } from '../../konnect/server-url.ts';
import { present } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { type Fields, schema } from './schema.ts';

type Group = NonNullable<Fields['spec']['dataplane_groups']>[number];

/** What is sent to Konnect: all data planes of one control plane, in whatever region. */
export interface Configuration {
  readonly control_plane_id: string;
  readonly control_plane_geo: string;
  readonly version: string;
  readonly api_access: string;
  readonly dataplane_groups: readonly Readonly<Record<string, unknown>>[];
}

/** @throws {Terminal} where the server is not that of one region. */
export function geoOf({ serverURL }: Session): string {
  const region = regionOf(serverURL);
  if (region !== undefined && region !== 'global') return region;
  throw new Terminal(`the server ${serverURL} names no region, and Konnect wants to know that of the control plane`);
}

/** @throws {Wait} naming each network object that has no network yet. */
export async function configurationOf(run: Run, session: Session, controlPlane: string): Promise<Configuration> {
  const { spec } = fieldsOf(schema, run.object);
  const networks = await networkIds(run);
  return {
    control_plane_id: controlPlane,
    control_plane_geo: geoOf(session),
    version: spec.version,
    api_access: spec.api_access ?? 'private+public',
    dataplane_groups: (spec.dataplane_groups ?? []).map((group) => toGroup(group, networks)),
  };
}

/** The ids of the networks by the name of their objects. Reports whether all are there. */
export async function networkIds(run: Run): Promise<ReadonlyMap<string, string>> {
  const networks = await resolveAll(run, 'networks');
  if (networks.length === 0) return new Map();
  const type = 'KonnectNetworkRefsValid';
  const missing = networks.filter((network) => idOf(network) === undefined);
  if (missing.length > 0) {
    const message = missing.map(problemOf).join('; ');
    run.report.condition({ type, status: 'False', reason: 'Invalid', message });
    throw new Wait(message);
  }
  run.report.condition({ type, status: 'True', reason: 'Valid', message: 'Referenced networks are programmed' });
  return new Map(networks.map((network) => [network.key.name, idOf(network) ?? '']));
}

function idOf({ object }: Resolved): string | undefined {
  return object === undefined ? undefined : statusText(object, 'id');
}

function problemOf({ ref, key, object }: Resolved): string {
  const problem = object === undefined ? 'does not exist' : 'is not programmed yet';
  return `Referenced ${ref.kind} ${display(key)} ${problem}`;
}

function toGroup({ networkRef, autoscale, ...group }: Group, networks: ReadonlyMap<string, string>) {
  const { name } = networkRef.namespacedRef ?? {};
  return present({
    ...group,
    cloud_gateway_network_id: name === undefined ? networkRef.konnectID : networks.get(name),
    autoscale:
      autoscale.type === 'static'
        ? { kind: 'static', ...autoscale.static }
        : { kind: 'autopilot', ...autoscale.autopilot },
  });
}

/** The groups of an answer as the status has them. */
export function groupsInStatus(configuration: Entity): readonly Readonly<Record<string, unknown>>[] {
  const groups = configuration['dataplane_groups'];
  if (!Array.isArray(groups)) return [];
  return groups.filter(isRecord).map((group) =>
    present({
      id: group['id'],
      cloud_gateway_network_id: group['cloud_gateway_network_id'],
      provider: group['provider'],
      region: group['region'],
      state: group['state'],
      private_ip_addresses: group['private_ip_addresses'],
      egress_ip_addresses: group['egress_ip_addresses'],
    }),
  );
}

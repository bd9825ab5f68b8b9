import { endpointPrefix, isUuid, uuid } from '../ids.ts';
import { type Call, param, seconds, type World } from '../operation.ts';
import type { Region } from '../region.ts';
import type { ControlPlane, DataPlaneCertificate, KonnectState, Plane } from '../state.ts';
import { all, createTable, drop, put } from '../table.ts';
import type { ControlPlanePatch, NewControlPlane } from './body.ts';
import { limitReached, nameTaken } from './refusals.ts';

const maxControlPlanes = 100;
const defaultRegion: Region = 'us';

/** Where a new control plane goes. */
export interface Place {
  readonly organizationId: string;
  readonly region: Region | undefined;
}

/** The control planes a request can see: its organization's, in its region if the Host header names one. */
export function visiblePlanes(state: KonnectState, place: Place, stale = false): readonly Plane[] {
  return all(state.planes, stale).filter(
    ({ organizationId, region }) =>
      organizationId === place.organizationId && (place.region === undefined || region === place.region),
  );
}

/** The control plane that a path names; undefined when it is another organization's, elsewhere, or gone. */
export function planeOf(call: Call): Plane | undefined {
  const plane = call.world.state.planes.rows.get(param(call, 'controlPlaneId'));
  const seen = plane?.organizationId === call.organization.id;
  return seen && (call.region === undefined || plane.region === call.region) ? plane : undefined;
}

export function namesPlane(call: Call): boolean {
  return isUuid(param(call, 'controlPlaneId'));
}

/** Every organization has a control plane called `default` in every region from the start. */
export function ensureDefault(world: World, place: Place): void {
  const region = place.region ?? defaultRegion;
  const exists = visiblePlanes(world.state, { ...place, region }).some(({ builtIn }) => builtIn);
  if (!exists) build(world, { ...place, region }, { name: 'default' }, true);
}

/** Creates a control plane. The name is free in the organization's region and there are fewer than 100, or it is refused. */
export function createPlane(world: World, place: Place, wanted: NewControlPlane): ControlPlane {
  const region = place.region ?? defaultRegion;
  const others = visiblePlanes(world.state, { ...place, region });
  if (others.some(({ controlPlane }) => controlPlane.name === wanted.name)) throw nameTaken();
  if (others.length >= maxControlPlanes) throw limitReached();
  return build(world, { ...place, region }, wanted, false);
}

/** Changes what may change; labels and proxy URLs are replaced as a whole. */
export function patchPlane(world: World, plane: Plane, patch: ControlPlanePatch): ControlPlane {
  const old = plane.controlPlane;
  const others = visiblePlanes(world.state, plane).filter(({ controlPlane }) => controlPlane.id !== old.id);
  if (others.some(({ controlPlane }) => controlPlane.name === patch.name)) throw nameTaken();
  const { auth_type, proxy_urls, ...rest } = patch;
  const config = { ...old.config, ...(auth_type && { auth_type }), ...(proxy_urls && { proxy_urls }) };
  const controlPlane = { ...old, ...rest, config, updated_at: world.clock().toISOString() };
  put(world.state.planes, old.id, { ...plane, controlPlane });
  return controlPlane;
}

/** Deletes a control plane with everything inside, and takes it out of the groups it was in. */
export function removePlane(state: KonnectState, id: string): void {
  for (const group of all(state.planes).filter(({ members }) => members.includes(id))) {
    put(state.planes, group.controlPlane.id, { ...group, members: group.members.filter((member) => member !== id) });
  }
  drop(state.planes, id);
}

function build(
  world: World,
  place: Place & { region: Region },
  wanted: NewControlPlane,
  builtIn: boolean,
): ControlPlane {
  const { ids } = world.state;
  const created = world.clock();
  const now = created.toISOString();
  const id = uuid(ids);
  const host = `${endpointPrefix(ids)}.${place.region}`;
  const controlPlane: ControlPlane = {
    id,
    name: wanted.name,
    description: wanted.description ?? '',
    labels: wanted.labels ?? {},
    config: {
      control_plane_endpoint: `https://${host}.cp.konghq.com`,
      telemetry_endpoint: `https://${host}.tp.konghq.com`,
      cluster_type: wanted.cluster_type ?? 'CLUSTER_TYPE_CONTROL_PLANE',
      auth_type: wanted.auth_type ?? 'pinned_client_certs',
      cloud_gateway: wanted.cloud_gateway ?? false,
      proxy_urls: wanted.proxy_urls ?? [],
    },
    created_at: now,
    updated_at: now,
  };
  const { organizationId, region } = place;
  put(world.state.planes, id, {
    organizationId,
    region,
    builtIn,
    controlPlane,
    members: [],
    certificates: createTable<DataPlaneCertificate>(),
    configuration: { tables: new Map(), changedAt: seconds(created) },
  });
  return controlPlane;
}

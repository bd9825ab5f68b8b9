import { uuid } from '../ids.ts';
import type { World } from '../operation.ts';
import { all, drop, put } from '../table.ts';
import type { NewNetwork } from './body.ts';
import { referencesTo } from './configurations.ts';
import { conflict, invalidParameters, notFound, quotaExceeded } from './refusals.ts';
import { cloudOf } from './state.ts';

export type NetworkState = 'initializing' | 'offline' | 'ready' | 'terminating' | 'terminated';

/** A network as it is kept; its state follows from the time, so that no timer has to run. */
export interface Network {
  readonly id: string;
  readonly wanted: NewNetwork;
  /** Milliseconds since the epoch when provisioning began; an offline network waits for a configuration that needs it. */
  readonly startedAt?: number;
  readonly deletedAt?: number;
  /** A state that somebody set behind the API, and why. */
  readonly fixed?: { readonly state: NetworkState; readonly reason?: string };
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The networks of an organization that are not gone yet. */
export function networksOf(world: World, organizationId: string, stale = false): readonly Network[] {
  return all(cloudOf(world.state, organizationId).networks, stale).filter((network) => !isGone(world, network));
}

export function requireNetwork(world: World, organizationId: string, id: string): Network {
  const network = cloudOf(world.state, organizationId).networks.rows.get(id);
  if (network === undefined || isGone(world, network)) throw notFound();
  return network;
}

/** Orders a network. Its name is free in the organization and the quota not used up, or it is refused. */
export function createNetwork(world: World, organizationId: string, wanted: NewNetwork): Network {
  const others = networksOf(world, organizationId);
  if (others.some((other) => other.wanted.name === wanted.name)) throw nameTaken(organizationId, wanted.name);
  const { maxNetworks } = world.cloud;
  if (others.length >= maxNetworks) throw quotaExceeded('Active Networks', maxNetworks);
  const now = world.clock();
  const started = wanted.state === 'offline' ? {} : { startedAt: now.getTime() };
  const times = { createdAt: now.toISOString(), updatedAt: now.toISOString() };
  const network: Network = { id: uuid(world.state.ids), wanted, ...started, version: 1, ...times };
  put(cloudOf(world.state, organizationId).networks, network.id, network);
  return network;
}

export function renameNetwork(world: World, organizationId: string, network: Network, name: string): Network {
  const others = networksOf(world, organizationId).filter(({ id }) => id !== network.id);
  if (others.some(({ wanted }) => wanted.name === name)) throw nameTaken(organizationId, name);
  return changeNetwork(world, organizationId, network, { wanted: { ...network.wanted, name } });
}

/** Begins the deletion. Refused while a configuration uses the network, and while it is on its way up or down. */
export function removeNetwork(world: World, organizationId: string, network: Network): void {
  const used = referencesTo(world, organizationId, network.id).length;
  const state = stateOf(world, network);
  if (used > 0) throw undeletable(`Network is referenced by ${used} configuration(s) and cannot be deleted.`);
  if (state === 'initializing' || state === 'terminating')
    throw undeletable(`Network cannot be deleted while ${state}.`);
  const { networks } = cloudOf(world.state, organizationId);
  if (state === 'ready') changeNetwork(world, organizationId, network, { deletedAt: world.clock().getTime() });
  else drop(networks, network.id); // nothing was provisioned
}

/** Writes a change with the next version. */
export function changeNetwork(
  world: World,
  organizationId: string,
  network: Network,
  change: Partial<Pick<Network, 'wanted' | 'startedAt' | 'deletedAt' | 'fixed'>>,
): Network {
  const updatedAt = world.clock().toISOString();
  const changed: Network = { ...network, ...change, version: network.version + 1, updatedAt };
  put(cloudOf(world.state, organizationId).networks, network.id, changed);
  return changed;
}

export function stateOf({ clock, cloud }: World, { startedAt, deletedAt, fixed }: Network): NetworkState {
  if (deletedAt !== undefined) return 'terminating';
  if (fixed !== undefined) return fixed.state;
  if (startedAt === undefined) return 'offline';
  return clock().getTime() >= startedAt + cloud.provisionMs ? 'ready' : 'initializing';
}

function isGone({ clock, cloud }: World, { deletedAt }: Network): boolean {
  return deletedAt !== undefined && clock().getTime() >= deletedAt + cloud.provisionMs;
}

function nameTaken(organizationId: string, name: string): Error {
  return conflict(`Key (org_id, name)=(${organizationId}, ${name}) already exists.`);
}

function undeletable(reason: string): Error {
  return invalidParameters([{ field: 'id', rule: 'invalid', source: 'path', reason }]);
}

import { isDeepStrictEqual } from 'node:util';
import { uuid } from '../ids.ts';
import type { World } from '../operation.ts';
import { all, put } from '../table.ts';
import type { NewConfiguration, NewGroup } from './body.ts';
import { conflict, invalid, invalidParameters } from './refusals.ts';
import { cloudOf } from './state.ts';

export type GroupState = 'initializing' | 'ready' | 'terminating';

/** A group of data planes as it is kept; its state follows from the time. */
export interface Group {
  readonly id: string;
  readonly wanted: NewGroup;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly removedAt?: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The cloud gateways of one control plane: the latest version of what was ordered, and what stands or falls because of it. */
export interface Configuration {
  readonly id: string;
  readonly wanted: NewConfiguration;
  readonly groups: readonly Group[];
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const identical = 'Proposed cloud gateway configuration and current cloud gateway configuration are identical.';
const unfinished = 'Data-plane groups in the previous configuration have not finished provisioning';

/** The configurations of an organization whose control planes exist. */
export function configurationsOf(world: World, organizationId: string, stale = false): readonly Configuration[] {
  return all(cloudOf(world.state, organizationId).configurations, stale).filter(({ wanted }) =>
    world.state.planes.rows.has(wanted.control_plane_id),
  );
}

/** The configurations with data planes in a network, also such that are being taken down. */
export function referencesTo(world: World, organizationId: string, networkId: string): readonly Configuration[] {
  return configurationsOf(world, organizationId).filter((configuration) =>
    groupsOf(world, configuration).some(({ wanted }) => wanted.cloud_gateway_network_id === networkId),
  );
}

/**
 * The only write: a new version of the control plane's configuration. Refused with 400 while the last one is on its way, with 409
 * when it says the same. No groups at all is how data planes are deleted.
 */
export function putConfiguration(world: World, organizationId: string, wanted: NewConfiguration): Configuration {
  const before = configurationsOf(world, organizationId).find(
    (configuration) => configuration.wanted.control_plane_id === wanted.control_plane_id,
  );
  const standing = before === undefined ? [] : groupsOf(world, before);
  if (standing.some((group) => groupState(world, group) === 'initializing')) {
    throw invalidParameters([invalid('dataplane_groups', 'invalid', unfinished)]);
  }
  if (before !== undefined && isDeepStrictEqual(normal(before.wanted), normal(wanted))) throw conflict(identical);
  const now = world.clock().toISOString();
  const configuration: Configuration = {
    id: before?.id ?? uuid(world.state.ids),
    wanted,
    groups: nextGroups(world, standing, wanted.dataplane_groups),
    version: (before?.version ?? 0) + 1,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
  put(cloudOf(world.state, organizationId).configurations, configuration.id, configuration);
  return configuration;
}

/** The groups that stand, or have not fallen yet. */
export function groupsOf({ clock, cloud }: World, { groups }: Configuration): readonly Group[] {
  const now = clock().getTime();
  return groups.filter(({ removedAt }) => removedAt === undefined || now < removedAt + cloud.provisionMs);
}

export function groupState({ clock, cloud }: World, { startedAt, removedAt }: Group): GroupState {
  if (removedAt !== undefined) return 'terminating';
  return clock().getTime() >= startedAt + cloud.provisionMs ? 'ready' : 'initializing';
}

/** A group is the same as long as its place is: its id stays, and a change provisions it anew. The others come and go. */
function nextGroups(world: World, standing: readonly Group[], wanted: readonly NewGroup[]): readonly Group[] {
  const now = world.clock();
  const [startedAt, text] = [now.getTime(), now.toISOString()];
  const kept = wanted.map((one): Group => {
    const old = standing.find((group) => group.removedAt === undefined && placeOf(group.wanted) === placeOf(one));
    if (old === undefined)
      return { id: uuid(world.state.ids), wanted: one, startedAt, createdAt: text, updatedAt: text };
    return isDeepStrictEqual(old.wanted, one) ? old : { ...old, wanted: one, startedAt, updatedAt: text };
  });
  const ids = kept.map(({ id }) => id);
  const leaving = standing.filter(({ id }) => !ids.includes(id));
  return [...kept, ...leaving.map((group) => ({ ...group, removedAt: group.removedAt ?? startedAt, updatedAt: text }))];
}

function placeOf({ provider, region, cloud_gateway_network_id: network }: NewGroup): string {
  return [provider, region, network].join(' ');
}

/** Groups are a set, and what is left out has a default. */
function normal({ dataplane_groups: groups, ...rest }: NewConfiguration) {
  const sorted = groups.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  return { kind: 'dedicated.v0', api_access: 'private+public', ...rest, dataplane_groups: sorted };
}

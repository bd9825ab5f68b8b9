import type { World } from '../operation.ts';
import type { Body } from '../schema.ts';
import { type Configuration, type Group, groupState, groupsOf, referencesTo } from './configurations.ts';
import { type Network, stateOf } from './networks.ts';

/** A network as the API answers it. */
export function networkView(world: World, organizationId: string, network: Network): Body {
  const { state: _ordered, ...wanted } = network.wanted;
  const state = stateOf(world, network);
  const { id, fixed } = network;
  return {
    id,
    ...wanted,
    default: false,
    state,
    ...(fixed?.reason !== undefined && { state_metadata: { reported_status: state, reason: fixed.reason } }),
    provider_metadata:
      state === 'ready' ? { vpc_id: `vpc-${id.slice(0, 8)}`, subnet_ids: [`subnet-${id.slice(9, 13)}`] } : {},
    transit_gateway_count: 0,
    configuration_reference_count: referencesTo(world, organizationId, id).length,
    entity_version: network.version,
    created_at: network.createdAt,
    updated_at: network.updatedAt,
  };
}

/** A configuration as the API answers it: what was ordered, and what became of it. */
export function configurationView(world: World, configuration: Configuration): Body {
  const { dataplane_groups: ordered, ...wanted } = configuration.wanted;
  return {
    id: configuration.id,
    kind: 'dedicated.v0',
    api_access: 'private+public',
    ...wanted,
    dataplane_group_config: ordered,
    dataplane_groups: groupsOf(world, configuration).map((group) => groupView(world, group)),
    entity_version: configuration.version,
    created_at: configuration.createdAt,
    updated_at: configuration.updatedAt,
  };
}

function groupView(world: World, group: Group): Body {
  const { id, wanted, createdAt, updatedAt } = group;
  const state = groupState(world, group);
  const octets = [id.slice(0, 2), id.slice(2, 4)].map((part) => Number.parseInt(part, 16)).join('.');
  const addresses =
    state === 'ready'
      ? {
          private_ip_addresses: [`10.0.${octets}`],
          egress_ip_addresses: [`198.51.${octets}`],
          hostnames: [`${id.slice(0, 8)}.gateways.konggateway.com`],
        }
      : { private_ip_addresses: [], egress_ip_addresses: [], hostnames: [] };
  return { id, ...wanted, state, ...addresses, created_at: createdAt, updated_at: updatedAt };
}

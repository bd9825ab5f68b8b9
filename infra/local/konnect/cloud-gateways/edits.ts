import type { World } from '../operation.ts';
import type { Body } from '../schema.ts';
import type { Organization } from '../state.ts';
import { configurationsOf } from './configurations.ts';
import { changeNetwork, type NetworkState, networksOf, requireNetwork } from './networks.ts';
import { type ProviderAccount, providerAccounts } from './provider-accounts.ts';
import { configurationView, networkView } from './views.ts';

/** Looks at cloud gateways behind the API, and sets states that the time alone would not bring about. */
export interface CloudEdits {
  providerAccounts(organizationId: string): readonly ProviderAccount[];
  networks(organizationId: string): readonly Body[];
  configurations(organizationId: string): readonly Body[];
  /** The network stays in this state until it is set again or deleted; `reason` shows in `state_metadata`. */
  setNetworkState(organizationId: string, id: string, state: NetworkState, reason?: string): void;
}

export function cloudEdits(world: World): CloudEdits {
  return {
    providerAccounts: (id) => providerAccounts(world.state, requireOrganization(world, id)),
    networks: (id) => networksOf(world, id).map((network) => networkView(world, id, network)),
    configurations: (id) => configurationsOf(world, id).map((configuration) => configurationView(world, configuration)),
    setNetworkState: (organizationId, id, state, reason) => {
      const network = requireNetwork(world, organizationId, id);
      const fixed = { state, ...(reason !== undefined && { reason }) };
      changeNetwork(world, organizationId, network, { fixed });
    },
  };
}

function requireOrganization({ state }: World, id: string): Organization {
  const found = state.organizations.get(id);
  if (found === undefined) throw new Error(`No organization ${id} in the Konnect emulator`);
  return found;
}

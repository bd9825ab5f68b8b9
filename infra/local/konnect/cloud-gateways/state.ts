import { createTable, type Table } from '../table.ts';
import type { Configuration } from './configurations.ts';
import type { Network } from './networks.ts';
import type { ProviderAccount } from './provider-accounts.ts';

/** The cloud gateways of one organization. */
export interface CloudState {
  readonly accounts: ProviderAccount[];
  readonly networks: Table<Network>;
  readonly configurations: Table<Configuration>;
}

/** Made on first use, so that organizations without cloud gateways hold nothing. */
export function cloudOf({ clouds }: { readonly clouds: Map<string, CloudState> }, organizationId: string): CloudState {
  const found = clouds.get(organizationId);
  if (found !== undefined) return found;
  const made: CloudState = { accounts: [], networks: createTable(), configurations: createTable() };
  clouds.set(organizationId, made);
  return made;
}

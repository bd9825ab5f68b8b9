import { type Answer, ok } from '../answer.ts';
import { uuid } from '../ids.ts';
import { type Call, type Operation, param } from '../operation.ts';
import type { KonnectState, Organization } from '../state.ts';
import { type Provider, providers } from './availability.ts';
import { numbered } from './list.ts';
import { notFound } from './refusals.ts';
import { type CloudState, cloudOf } from './state.ts';

export interface ProviderAccount {
  readonly id: string;
  readonly provider: Provider;
  readonly provider_account_id: string;
  readonly created_at: string;
  readonly updated_at: string;
}

const path = '/v2/cloud-gateways/provider-accounts';
const family = 'cloud-gateways';

/** Konnect makes the accounts; nobody else can. */
export const providerAccountOperations: readonly Operation[] = [
  { name: 'ListProviderAccounts', method: 'GET', path, family, handle: list },
  { name: 'GetProviderAccount', method: 'GET', path: `${path}/:id`, family, handle: get },
];

/** The accounts of an organization, one with each provider, opened when they are first asked for. */
export function providerAccounts(state: KonnectState, organization: Organization): readonly ProviderAccount[] {
  const { accounts }: CloudState = cloudOf(state, organization.id);
  if (accounts.length === 0) {
    const { createdAt } = organization;
    for (const provider of providers) {
      const id = uuid(state.ids);
      const provider_account_id = id.replaceAll(/\D/g, '').padEnd(12, '0').slice(0, 12);
      accounts.push({ id, provider, provider_account_id, created_at: createdAt, updated_at: createdAt });
    }
  }
  return accounts;
}

function list(call: Call): Answer {
  const rows = providerAccounts(call.world.state, call.organization);
  const operators = ['eq', 'neq', 'contains', 'oeq', 'ocontains'];
  return ok(numbered(rows, call.query, { provider: { operators, value: ({ provider }) => provider } }));
}

function get(call: Call): Answer {
  const found = providerAccounts(call.world.state, call.organization).find(({ id }) => id === param(call, 'id'));
  if (found === undefined) throw notFound();
  return ok(found);
}

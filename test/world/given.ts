import { request } from 'undici';
import type { LocalKonnect } from '../../infra/local/konnect/server.ts';
import { isRecord } from '../../lib/engine/objects.ts';

/** Names of networks that were there before begin with it. */
export const givenPrefix = 'given-';

/** What the examples need in Konnect that no object makes, by the ids that stand for it there. */
export async function givenInKonnect(
  konnect: LocalKonnect,
  organization: string,
  token: string,
): Promise<ReadonlyMap<string, string>> {
  const account = konnect.providerAccounts(organization).find(({ provider }) => provider === 'aws')?.id ?? '';
  const placeholder = (last: number): string => `00000000-0000-4000-8000-00000000000${last}`;
  const network = async (region: string, zone: string, cidr_block: string): Promise<string> => {
    const { statusCode, body } = await request(`${konnect.url}/v2/cloud-gateways/networks`, {
      method: 'POST',
      headers: {
        host: 'global.api.konghq.com',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        name: `${givenPrefix}${region}`,
        cloud_gateway_provider_account_id: account,
        region,
        availability_zones: [zone],
        cidr_block,
      }),
    });
    const made: unknown = await body.json();
    if (!isRecord(made) || typeof made['id'] !== 'string') throw new Error(`no network was made: ${statusCode}`);
    return made['id'];
  };
  return new Map([
    [placeholder(1), account],
    [placeholder(2), await network('eu-central-1', 'euc1-az1', '10.8.0.0/16')],
    [placeholder(3), await network('eu-west-1', 'euw1-az1', '10.9.0.0/16')],
  ]);
}

import { describe, expect, it } from 'vitest';
import type { KonnectOptions } from '../server.ts';
import { ids } from '../strictness-fixture.ts';
import { at, idIn, organization, start } from '../test-client.ts';

const path = '/v2/cloud-gateways/networks';
const place = { region: 'us-east-2', availability_zones: ['use2-az1', 'use2-az3'], cidr_block: '10.4.0.0/16' };

async function startCloud(options: KonnectOptions = {}) {
  const clock = { now: Date.UTC(2026, 7, 1) };
  const cloud = { provisionMs: 1000, ...options.cloud };
  const { konnect, call } = await start({ clock: () => new Date(clock.now), ...options, cloud });
  const account = konnect.providerAccounts(organization.id).find(({ provider }) => provider === 'aws')?.id ?? '';
  const body = { name: 'net', cloud_gateway_provider_account_id: account, ...place };
  const stateOf = async (id: string) => at((await call('GET', `${path}/${id}`)).body, 'state');
  return { konnect, call, clock, body, account, stateOf };
}

describe('networks', () => {
  it('are ordered, get ready in their time, and leave in their time', async () => {
    const { konnect, call, clock, body, stateOf } = await startCloud();
    await using _ = konnect;
    const made = await call('POST', path, { body });
    const now = '2026-08-01T00:00:00.000Z';
    expect(made).toMatchObject({
      status: 201,
      body: { ...body, state: 'initializing', provider_metadata: {}, entity_version: 1 },
    });
    expect(made.body).toMatchObject({
      default: false,
      configuration_reference_count: 0,
      created_at: now,
      updated_at: now,
    });
    const id = idIn(made);
    expect((await call('DELETE', `${path}/${id}`)).status).toBe(400);
    clock.now += 999;
    expect(await stateOf(id)).toBe('initializing');
    clock.now += 1;
    expect(await stateOf(id)).toBe('ready');
    expect((await call('DELETE', `${path}/${id}`)).status).toBe(204);
    expect(await stateOf(id)).toBe('terminating');
    expect((await call('DELETE', `${path}/${id}`)).status).toBe(400);
    expect((await call('POST', path, { body })).status).toBe(409);
    clock.now += 1000;
    expect((await call('GET', `${path}/${id}`)).status).toBe(404);
    expect((await call('DELETE', `${path}/${id}`)).status).toBe(404);
    expect((await call('POST', path, { body })).status).toBe(201);
  });

  it('stay offline when ordered so, and are gone at once', async () => {
    const { konnect, call, clock, body, stateOf } = await startCloud();
    await using _ = konnect;
    const id = idIn(await call('POST', path, { body: { ...body, state: 'offline' } }));
    clock.now += 5000;
    expect(await stateOf(id)).toBe('offline');
    await call('DELETE', `${path}/${id}`);
    expect((await call('GET', `${path}/${id}`)).status).toBe(404);
  });

  it('are renamed and nothing else', async () => {
    const { konnect, call, body } = await startCloud();
    await using _ = konnect;
    const id = idIn(await call('POST', path, { body }));
    await call('POST', path, { body: { ...body, name: 'other' } });
    expect(await call('PATCH', `${path}/${id}`, { body: { name: 'new' } })).toMatchObject({
      status: 200,
      body: { id, name: 'new', entity_version: 2 },
    });
    expect(await call('PATCH', `${path}/${id}`, { body: { name: 'other' } })).toMatchObject({
      status: 409,
      body: { status: 409 },
    });
    expect(await call('PATCH', `${path}/${id}`, { body: { region: 'us-east-1' } })).toMatchObject({
      status: 400,
      body: { invalid_parameters: [{ field: 'region', rule: 'unknown_property' }] },
    });
  });

  it.each([
    { change: { name: undefined }, fault: { field: 'name', rule: 'required' } },
    { change: { name: 'x'.repeat(121) }, fault: { field: 'name', rule: 'max_length', maximum: 120 } },
    { change: { state: 'ready' }, fault: { field: 'state', rule: 'enum', choices: ['initializing', 'offline'] } },
    { change: { default: true }, fault: { field: 'default', rule: 'unknown_property' } },
    { change: { availability_zones: [] }, fault: { field: 'availability_zones', rule: 'min_items' } },
    { change: { availability_zones: 'use2-az1' }, fault: { field: 'availability_zones', rule: 'is_array' } },
    {
      change: { availability_zones: ['use1-az1'] },
      fault: { field: 'availability_zones', rule: 'is_supported_network_availability_zone_list' },
    },
    { change: { region: 'mars-1' }, fault: { field: 'region', rule: 'is_supported_provider_region' } },
    {
      change: { cloud_gateway_provider_account_id: ids.missing },
      fault: { field: 'cloud_gateway_provider_account_id', rule: 'missing_reference' },
    },
    ...['10.4.0.0/15', '10.4.0.0/24', '8.8.0.0/16', '10.4.1.0/16', '10.100.0.0/20', '10.300.0.0/16', 'x'].map(
      (cidr_block) => ({
        change: { cidr_block },
        fault: { field: 'cidr_block', rule: 'is_supported_network_cidr_block' },
      }),
    ),
  ])('refuse $change', async ({ change, fault }) => {
    const { konnect, call, body } = await startCloud();
    await using _ = konnect;
    expect(await call('POST', path, { body: { ...body, ...change } })).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { title: 'Invalid Request', detail: 'Invalid Parameters', invalid_parameters: [fault] },
    });
    expect(konnect.networks(organization.id)).toEqual([]);
  });

  it('have names of their own and a quota', async () => {
    const { konnect, call, body } = await startCloud({ cloud: { maxNetworks: 1 } });
    await using _ = konnect;
    await call('POST', path, { body });
    expect(await call('POST', path, { body })).toMatchObject({
      status: 409,
      body: { detail: `Key (org_id, name)=(${organization.id}, net) already exists.` },
    });
    expect(await call('POST', path, { body: { ...body, name: 'more' } })).toMatchObject({
      status: 403,
      body: { title: 'Quota Exceeded', detail: 'Maximum number of Active Networks exceeded. Max allowed: 1.' },
    });
  });

  it.each([
    { query: 'filter[name][oeq]=one,two', names: ['one', 'two'] },
    { query: 'filter[name]=one', names: ['one'] },
    { query: 'filter[name][ocontains]=hre,wo', names: ['two', 'three'] },
    { query: 'filter[name][neq]=one', names: ['two', 'three'] },
    { query: 'filter[state][eq]=offline', names: ['three'] },
    { query: 'page[size]=2&page[number]=2', names: ['three'] },
  ])('are listed by $query', async ({ query, names }) => {
    const { konnect, call, body } = await startCloud();
    await using _ = konnect;
    for (const name of ['one', 'two', 'three']) {
      await call('POST', path, { body: { ...body, name, ...(name === 'three' && { state: 'offline' }) } });
    }
    const data = at((await call('GET', `${path}?${query}`)).body, 'data');
    expect(Array.isArray(data) ? data.map((row) => at(row, 'name')) : []).toEqual(names);
  });

  it.each(['filter[region][eq]=x', 'filter[state][contains]=x', 'page[number]=0'])(
    'refuse the query %s',
    async (query) => {
      const { konnect, call } = await startCloud();
      await using _ = konnect;
      expect(await call('GET', `${path}?${query}`)).toMatchObject({ status: 400, type: 'application/problem+json' });
    },
  );

  it('are in a state that somebody sets, with the reason', async () => {
    const { konnect, call, body } = await startCloud();
    await using _ = konnect;
    const id = idIn(await call('POST', path, { body }));
    konnect.setNetworkState(organization.id, id, 'terminated', 'the account was closed');
    expect((await call('GET', `${path}/${id}`)).body).toMatchObject({
      state: 'terminated',
      state_metadata: { reason: 'the account was closed' },
    });
  });

  it('are known on the global host alone, the availability to everybody', async () => {
    const { konnect, call } = await startCloud();
    await using _ = konnect;
    const regional = { headers: { host: 'us.api.konghq.com' } };
    expect(await call('GET', path, regional)).toMatchObject({
      status: 404,
      body: { message: 'no Route matched with those values' },
    });
    expect((await call('GET', path, { headers: { host: 'global.api.konghq.com' } })).status).toBe(200);
    expect(await call('GET', path, { token: undefined })).toMatchObject({
      status: 401,
      body: { title: 'Unauthorized' },
    });
    const document = await call('GET', '/v2/cloud-gateways/availability.json', { token: undefined });
    expect(document).toMatchObject({ status: 200, body: { providers: [{ provider: 'aws' }, {}, {}] } });
  });
});

describe('provider accounts', () => {
  it('exist from the start, one with each provider, and stay the same', async () => {
    const { konnect, call, account } = await startCloud();
    await using _ = konnect;
    const accounts = '/v2/cloud-gateways/provider-accounts';
    const listed = at((await call('GET', accounts)).body, 'data');
    expect(listed).toMatchObject([{ provider: 'aws', id: account }, { provider: 'azure' }, { provider: 'gcp' }]);
    expect(at((await call('GET', `${accounts}?filter[provider][eq]=gcp`)).body, 'data')).toMatchObject([
      { provider: 'gcp' },
    ]);
    expect((await call('GET', `${accounts}/${account}`)).body).toMatchObject({ id: account });
    expect((await call('GET', `${accounts}/${ids.missing}`)).status).toBe(404);
  });
});

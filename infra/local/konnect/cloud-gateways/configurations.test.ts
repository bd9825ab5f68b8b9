import { describe, expect, it } from 'vitest';
import { ids } from '../strictness-fixture.ts';
import { at, idIn, organization, start } from '../test-client.ts';

const path = '/v2/cloud-gateways/configurations';
const autoscale = { kind: 'autopilot', base_rps: 10 };

async function startCloud() {
  const clock = { now: Date.UTC(2026, 7, 1) };
  const { konnect, call } = await start({ clock: () => new Date(clock.now), cloud: { provisionMs: 1000 } });
  const account = konnect.providerAccounts(organization.id).find(({ provider }) => provider === 'aws')?.id ?? '';
  const place = { region: 'us-east-2', availability_zones: ['use2-az1'], cidr_block: '10.4.0.0/16' };
  const body = { name: 'net', cloud_gateway_provider_account_id: account, ...place, state: 'offline' };
  const network = idIn(await call('POST', '/v2/cloud-gateways/networks', { body }));
  const plane = konnect.createControlPlane(organization.id, { name: 'cloud', cloud_gateway: true }, 'us').id;
  const group = { provider: 'aws', region: 'us-east-2', cloud_gateway_network_id: network, autoscale };
  const wanted = { control_plane_id: plane, control_plane_geo: 'us', version: '3.12', dataplane_groups: [group] };
  const put = (change: object = {}) => call('PUT', path, { body: { ...wanted, ...change } });
  return { konnect, call, clock, network, plane, group, wanted, put };
}

describe('configurations', () => {
  it('bring up data planes, and the network that was waiting for them', async () => {
    const { konnect, call, clock, network, wanted, group, put } = await startCloud();
    await using _ = konnect;
    const made = await put();
    expect(made).toMatchObject({
      status: 200,
      body: {
        control_plane_id: wanted.control_plane_id,
        kind: 'dedicated.v0',
        api_access: 'private+public',
        dataplane_group_config: [group],
        dataplane_groups: [{ ...group, state: 'initializing', private_ip_addresses: [] }],
        entity_version: 1,
      },
    });
    clock.now += 1000;
    const ready = await call('GET', `${path}/${idIn(made)}`);
    expect(at(ready.body, 'dataplane_groups', 0)).toMatchObject({
      state: 'ready',
      private_ip_addresses: [expect.any(String)],
    });
    const net = await call('GET', `/v2/cloud-gateways/networks/${network}`);
    expect(net.body).toMatchObject({ state: 'ready', configuration_reference_count: 1 });
    const references = await call('GET', `/v2/cloud-gateways/networks/${network}/configuration-references`);
    expect(at(references.body, 'data')).toEqual([ready.body]);
  });

  it('wait for the version before, and are a conflict when nothing would change', async () => {
    const { konnect, clock, group, put } = await startCloud();
    await using _ = konnect;
    await put();
    const field = 'dataplane_groups';
    const reason = 'Data-plane groups in the previous configuration have not finished provisioning';
    expect(await put()).toMatchObject({ status: 400, body: { invalid_parameters: [{ field, reason }] } });
    clock.now += 1000;
    for (const change of [{}, { kind: 'dedicated.v0', api_access: 'private+public' }]) {
      expect(await put(change)).toMatchObject({
        status: 409,
        body: {
          status: 409,
          detail: 'Proposed cloud gateway configuration and current cloud gateway configuration are identical.',
        },
      });
    }
    const changed = await put({ dataplane_groups: [{ ...group, autoscale: { kind: 'autopilot', base_rps: 20 } }] });
    expect(changed).toMatchObject({
      status: 200,
      body: { entity_version: 2, dataplane_groups: [{ state: 'initializing' }] },
    });
  });

  it('keep the ids of groups that stay in their place', async () => {
    const { konnect, clock, group, put } = await startCloud();
    await using _ = konnect;
    const first = at((await put()).body, 'dataplane_groups', 0, 'id');
    clock.now += 1000;
    const elsewhere = { provider: 'azure', region: 'eastus2' };
    const { body } = await put({ dataplane_groups: [elsewhere, group] });
    expect(at(body, 'dataplane_groups')).toMatchObject([
      { provider: 'azure', state: 'initializing' },
      { id: first, state: 'ready' },
    ]);
  });

  it('end by an order of nothing; the network is in use until the last group is gone', async () => {
    const { konnect, call, clock, network, put } = await startCloud();
    await using _ = konnect;
    const remove = async () => (await call('DELETE', `/v2/cloud-gateways/networks/${network}`)).status;
    await put();
    clock.now += 1000;
    expect(await remove()).toBe(400);
    const none = await put({ dataplane_groups: [] });
    expect(none).toMatchObject({
      status: 200,
      body: { dataplane_group_config: [], dataplane_groups: [{ state: 'terminating' }] },
    });
    expect((await put({ dataplane_groups: [] })).status).toBe(409);
    expect(await remove()).toBe(400);
    clock.now += 1000;
    expect((await call('GET', `${path}/${idIn(none)}`)).body).toMatchObject({ dataplane_groups: [] });
    expect(await remove()).toBe(204);
  });

  it('are one for each control plane, and go with it', async () => {
    const { konnect, call, clock, plane, put } = await startCloud();
    await using _ = konnect;
    await put();
    clock.now += 1000;
    await put({ api_access: 'private' });
    const listed = await call('GET', `${path}?filter[control_plane_id][eq]=${plane}`);
    expect(at(listed.body, 'data')).toMatchObject([{ api_access: 'private' }]);
    expect(at((await call('GET', `${path}?filter[control_plane_geo][eq]=eu`)).body, 'data')).toEqual([]);
    konnect.removeControlPlane(plane);
    expect(konnect.configurations(organization.id)).toEqual([]);
  });

  it('are for a control plane that exists in the geo and was made for them', async () => {
    const { konnect, put } = await startCloud();
    await using _ = konnect;
    const plain = konnect.createControlPlane(organization.id, { name: 'plain' }, 'us').id;
    expect((await put({ control_plane_geo: 'eu' })).status).toBe(404);
    expect((await put({ control_plane_id: ids.missing })).status).toBe(404);
    expect(await put({ control_plane_id: plain })).toMatchObject({
      status: 400,
      body: { invalid_parameters: [{ field: 'control_plane_id', rule: 'invalid' }] },
    });
  });

  it.each([
    { change: { version: undefined }, fault: { field: 'version', rule: 'required' } },
    { change: { version: '1.0' }, fault: { field: 'version', rule: 'invalid' } },
    { change: { api_access: 'none' }, fault: { field: 'api_access', rule: 'enum' } },
    { change: { control_plane_geo: 'mars' }, fault: { field: 'control_plane_geo', rule: 'enum' } },
    { group: { provider: 'other' }, fault: { field: 'dataplane_groups.0.provider', rule: 'enum' } },
    {
      group: { region: 'mars-1' },
      fault: { field: 'dataplane_groups.0.region', rule: 'is_supported_provider_region' },
    },
    {
      group: { cloud_gateway_network_id: ids.missing },
      fault: { field: 'dataplane_groups.0.cloud_gateway_network_id', rule: 'missing_reference' },
    },
    {
      group: { region: 'us-east-1' },
      fault: { field: 'dataplane_groups.0.cloud_gateway_network_id', rule: 'invalid' },
    },
    {
      group: { autoscale: { kind: 'autopilot', base_rps: '10' } },
      fault: { field: 'dataplane_groups.0.autoscale.base_rps', rule: 'is_integer' },
    },
    {
      group: { autoscale: { kind: 'static', instance_type: 'small' } },
      fault: { field: 'dataplane_groups.0.autoscale.requested_instances', rule: 'required' },
    },
    {
      group: { autoscale: { ...autoscale, instance_type: 'small' } },
      fault: { field: 'dataplane_groups.0.autoscale.instance_type', rule: 'unknown_property' },
    },
    {
      group: { environment: [{ name: 'PATH_X', value: 'x' }] },
      fault: { field: 'dataplane_groups.0.environment.0.name', rule: 'matches_regex' },
    },
  ])('refuse $change$group', async ({ change, group: changed, fault }) => {
    const { konnect, group, put } = await startCloud();
    await using _ = konnect;
    const groups = changed === undefined ? {} : { dataplane_groups: [{ ...group, ...changed }] };
    expect(await put({ ...change, ...groups })).toMatchObject({ status: 400, body: { invalid_parameters: [fault] } });
    expect(konnect.configurations(organization.id)).toEqual([]);
  });
});

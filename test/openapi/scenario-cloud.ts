import { at, type Client, idIn } from '../../infra/local/konnect/test-client.ts';

const root = '/v2/cloud-gateways';
const missing = '6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0009';

export interface CloudScenario {
  /** A control plane in `us` that was made for cloud gateways. */
  readonly plane: string;
  /** A token that may only read. */
  readonly viewer: string;
  /** Lets the time pass that networks and data planes take. */
  readonly waitForCloud: () => void;
}

/** Drives networks, configurations, provider accounts and the availability through success and refusal. */
export async function driveCloudGateways(call: Client, { plane, viewer, waitForCloud }: CloudScenario): Promise<void> {
  await call('GET', `${root}/availability.json`, { token: undefined });
  const listed = await call('GET', `${root}/provider-accounts?filter[provider][eq]=aws&page[size]=1`);
  const account = String(at(listed.body, 'data', 0, 'id'));
  for (const id of [account, missing]) await call('GET', `${root}/provider-accounts/${id}`);
  const network = await driveNetworks(call, account);
  await driveConfigurations(call, { plane, network, waitForCloud });
  await call('GET', `${root}/networks`, { token: undefined });
  await call('DELETE', `${root}/networks/${network}`, { token: viewer });
  await call('DELETE', `${root}/networks/${network}`);
  await call('GET', `${root}/networks/${network}`);
  waitForCloud();
  await call('GET', `${root}/networks/${network}`);
  await call('GET', `${root}/configurations/${missing}`);
}

async function driveNetworks(call: Client, account: string): Promise<string> {
  const path = `${root}/networks`;
  const place = { region: 'us-east-2', availability_zones: ['use2-az1', 'use2-az2'], cidr_block: '10.4.0.0/16' };
  const body = { name: 'net', cloud_gateway_provider_account_id: account, ...place };
  const id = idIn(await call('POST', path, { body }));
  await call('POST', path, { body });
  await call('POST', path, { body: { ...body, name: 'n'.repeat(121), nonsense: true } });
  await call('POST', path, { body: { ...body, name: 'other', availability_zones: ['x'], cidr_block: '10.4.0.0/8' } });
  const offline = idIn(await call('POST', path, { body: { ...body, name: 'idle', state: 'offline' } }));
  await call('PATCH', `${path}/${offline}`, { body: { name: 'net' } });
  await call('PATCH', `${path}/${offline}`, { body: { name: 'rest' } });
  await call('DELETE', `${path}/${offline}`);
  for (const query of ['filter[name][oeq]=net,rest', 'filter[state][eq]=ready', 'page[size]=1&page[number]=2']) {
    await call('GET', `${path}?${query}`);
  }
  await call('GET', `${path}?filter[region][eq]=x`);
  await call('DELETE', `${path}/${id}`);
  return id;
}

interface Order {
  readonly plane: string;
  readonly network: string;
  readonly waitForCloud: () => void;
}

async function driveConfigurations(call: Client, { plane, network, waitForCloud }: Order): Promise<void> {
  const path = `${root}/configurations`;
  const autoscale = { kind: 'autopilot', base_rps: 10 };
  const group = { provider: 'aws', region: 'us-east-2', cloud_gateway_network_id: network, autoscale };
  const wanted = { control_plane_id: plane, control_plane_geo: 'us', version: '3.12' };
  const order = (...dataplane_groups: readonly unknown[]) => ({ body: { ...wanted, dataplane_groups } });
  waitForCloud();
  const id = idIn(
    await call('PUT', path, order({ ...group, environment: [{ name: 'KONG_LOG_LEVEL', value: 'info' }] })),
  );
  await call('PUT', path, order(group));
  waitForCloud();
  await call(
    'PUT',
    path,
    order({ ...group, autoscale: { kind: 'static', instance_type: 'small', requested_instances: 1 } }),
  );
  waitForCloud();
  await call('PUT', path, order({ ...group, autoscale: { kind: 'autopilot', base_rps: 'x' } }));
  await call('PUT', path, { body: { ...order(group).body, control_plane_geo: 'eu' } });
  await call('GET', `${path}/${id}`);
  await call('GET', `${path}?filter[control_plane_id][eq]=${plane}&filter[control_plane_geo][eq]=us`);
  await call('GET', `${root}/networks/${network}/configuration-references?page[size]=1`);
  await call('DELETE', `${root}/networks/${network}`);
  await call('PUT', path, order());
  await call('PUT', path, order());
  waitForCloud();
}

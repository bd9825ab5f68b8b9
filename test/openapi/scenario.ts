import { type Client, idIn, pemCertificate } from '../../infra/local/konnect/test-client.ts';
import { driveCloudGateways } from './scenario-cloud.ts';
import { driveEntities, driveMemberships } from './scenario-entities.ts';

const uuid = '6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0001';
const otherUuid = '6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0002';
const missing = '6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0009';
const planes = '/v2/control-planes';

/**
 * Drives every operation that the emulator serves through success and through every refusal its family has. `viewer` is a
 * token that may only read; `waitForCloud` lets the time pass that networks and data planes take. Whether the answers are right is for the emulator's own tests; here they only have to happen.
 */
export async function driveEverything(call: Client, viewer: string, waitForCloud: () => void): Promise<void> {
  await driveIdentity(call);
  const plane = await driveControlPlanes(call);
  await driveGroups(call, plane);
  await driveCertificates(call, plane);
  await driveServices(call, plane);
  await driveRoutes(call, plane);
  await driveConsumers(call, plane);
  await driveEntities(call, `${planes}/${plane}/core-entities`);
  await driveMemberships(call, `${planes}/${plane}/core-entities`);
  await driveDeck(call, plane);
  await driveCloudGateways(call, { plane, viewer, waitForCloud });
  await driveRefusals(call, plane, viewer);
}

async function driveIdentity(call: Client): Promise<void> {
  for (const path of ['/v3/organizations/me', '/v3/users/me', '/v2/organizations/me']) {
    await call('GET', path);
    await call('GET', path, { token: undefined });
  }
}

async function driveControlPlanes(call: Client): Promise<string> {
  const proxy_urls = [{ host: 'proxy.example', port: 8443, protocol: 'https' }];
  const body = { name: 'edge', description: 'd', labels: { env: 'test' }, proxy_urls, auth_type: 'pki_client_certs' };
  const id = idIn(await call('POST', planes, { body: { ...body, cloud_gateway: true } }));
  await call('POST', planes, { body: { name: 'edge' } });
  await call('POST', planes, { body: { name: '', nonsense: true, cluster_type: 'x', proxy_urls: [{ port: 0 }] } });
  await call('POST', planes, { body: { name: 'edge', labels: { kong: '' } } });
  await call('POST', planes, { text: '{' });
  for (const query of [
    'page[size]=1&page[number]=2',
    'filter[name][eq]=edge',
    'filter[cloud_gateway]=true',
    'sort=created_at%20desc',
  ]) {
    await call('GET', `${planes}?${query}&labels=env:test`);
  }
  await call('GET', `${planes}?filter[name][lt]=x`);
  await call('GET', `${planes}/${id}`);
  await call('PATCH', `${planes}/${id}`, { body: { description: 'changed', labels: {} } });
  await call('PATCH', `${planes}/${id}`, { body: { name: 'default' } });
  await call('PATCH', `${planes}/${id}`, { body: { cluster_type: 'x' } });
  await call('GET', `${planes}/${id}/expected-config-hash`);
  return id;
}

async function driveGroups(call: Client, member: string): Promise<void> {
  const body = { name: 'group', cluster_type: 'CLUSTER_TYPE_CONTROL_PLANE_GROUP' };
  const group = `${planes}/${idIn(await call('POST', planes, { body }))}`;
  const members = (...ids: readonly string[]) => ({ body: { members: ids.map((id) => ({ id })) } });
  await call('PUT', `${group}/group-memberships`, members(member));
  await call('GET', `${group}/group-memberships?page[size]=1`);
  await call('GET', `${planes}/${member}/group-member-status`);
  await call('POST', `${group}/group-memberships/remove`, members(member));
  await call('POST', `${group}/group-memberships/add`, members(member));
  await call('PUT', `${group}/group-memberships`, members(missing));
  await call('POST', `${group}/group-memberships/add`, { body: {} });
  await call('POST', `${group}/group-memberships/remove`, { text: 'none' });
  await call('GET', `${group}/group-status`);
  await call('GET', `${planes}/${member}/group-status`);
  await call('POST', `${group}/core-entities/services`, { body: { host: 'h' } });
  await call('GET', `${group}/expected-config-hash`);
  await call('DELETE', group);
}

async function driveCertificates(call: Client, plane: string): Promise<void> {
  const path = `${planes}/${plane}/dp-client-certificates`;
  const cert = await pemCertificate();
  const id = idIn(await call('POST', path, { body: { cert, title: 't' } }), 'item');
  await call('POST', path, { body: { cert: 'none' } });
  await call('GET', path);
  await call('GET', `${path}/${id}`);
  await call('PUT', `${path}/${id}`, { body: { cert } });
  await call('PUT', `${path}/${id}`, { body: {} });
  await call('DELETE', `${path}/${id}`);
  for (const method of ['GET', 'DELETE'] as const) await call(method, `${path}/${id}`);
}

async function driveServices(call: Client, plane: string): Promise<void> {
  const path = `${planes}/${plane}/core-entities/services`;
  const tls = {
    protocol: 'https',
    port: 443,
    tls_verify: true,
    tls_verify_depth: 2,
    tls_sans: { dnsnames: ['a.example'] },
  };
  await call('PUT', `${path}/${uuid}`, { body: { name: 'svc', host: 'h', path: '/x', tags: ['a:b'], ...tls } });
  const id = idIn(await call('POST', path, { body: { host: 'h', name: null } }));
  await call('POST', path, { body: { host: 'h', name: 'svc' } });
  await call('POST', path, { body: { retries: 'many', extra: 1 } });
  for (const query of ['size=1', 'tags=a:b', 'filter[name][eq]=svc', 'filter[name][contains]=s'])
    await call('GET', `${path}?${query}`);
  await call('GET', `${path}?size=0`);
  await call('GET', `${path}/svc`);
  await call('GET', `${path}/${missing}`);
  await call('DELETE', `${path}/${id}`);
  await call('DELETE', `${path}/${missing}`);
}

async function driveRoutes(call: Client, plane: string): Promise<void> {
  const root = `${planes}/${plane}/core-entities`;
  const path = `${root}/routes`;
  const matchers = {
    methods: ['GET'],
    hosts: ['*.example.com'],
    paths: ['/x'],
    headers: { 'x-a': ['1'] },
    snis: ['a.example'],
  };
  await call('PUT', `${path}/${uuid}`, { body: { name: 'r', ...matchers, service: { id: uuid }, tags: ['a'] } });
  await call('POST', path, { body: { protocols: ['tcp'], destinations: [{ ip: '10.0.0.0/8', port: 5432 }] } });
  await call('POST', path, { body: { expression: 'http.path == "/y"', priority: 3 } });
  await call('POST', path, { body: { paths: ['/x'], service: { id: missing } } });
  await call('GET', `${path}?tags=a`);
  await call('GET', `${path}/r`);
  await call('DELETE', `${root}/services/${uuid}`);
  const nested = `${root}/services/svc/routes`;
  await call('POST', nested, { body: { id: otherUuid, paths: ['/z'] } });
  await call('PUT', `${nested}/${otherUuid}`, { body: { paths: ['/zz'] } });
  await call('GET', `${nested}?size=1`);
  await call('GET', `${nested}/${otherUuid}`);
  await call('DELETE', `${nested}/${otherUuid}`);
  await call('GET', nested, { token: undefined });
  await call('DELETE', `${path}/${uuid}`);
}

async function driveConsumers(call: Client, plane: string): Promise<void> {
  const path = `${planes}/${plane}/core-entities/consumers`;
  await call('PUT', `${path}/${uuid}`, { body: { username: 'jo', custom_id: '1', tags: ['a'] } });
  await call('POST', path, { body: { custom_id: '2' } });
  await call('POST', path, { body: {} });
  await call('GET', `${path}?custom_id=2&filter[name][contains]=`);
  await call('GET', `${path}/jo`);
  await call('DELETE', `${path}/${uuid}`);
}

/** What decK calls besides. */
async function driveDeck(call: Client, plane: string): Promise<void> {
  const root = `${planes}/${plane}/core-entities`;
  const paths = [
    'v1/schemas/json/service',
    'v1/schemas/json/gadget',
    'schemas/plugins/key-auth',
    'schemas/plugins/no-auth',
  ];
  for (const path of [...paths, 'partials', 'degraphql_routes', 'filter-chains']) await call('GET', `${root}/${path}`);
  for (const query of ['', '?page=1&size=100']) await call('GET', `/konnect-api/api/runtime_groups${query}`);
  await call('GET', '/konnect-api/api/runtime_groups', { token: undefined });
}

/** 400 for ids that are none, 401, 403 and 404 on one operation of every family, and the paths that nobody serves. */
async function driveRefusals(call: Client, plane: string, viewer: string): Promise<void> {
  const suffixes = ['', '/group-status', '/dp-client-certificates', '/core-entities/services', '/expected-config-hash'];
  for (const suffix of suffixes) {
    await call('GET', `${planes}/no-uuid${suffix}`);
    await call('GET', `${planes}/${missing}${suffix}`);
    await call('GET', `${planes}/${plane}${suffix}`, { token: 'kpat_unknown' });
  }
  const writes = ['', '/group-memberships/add', '/dp-client-certificates', '/core-entities/services'];
  for (const suffix of writes) {
    await call(suffix === '' ? 'DELETE' : 'POST', `${planes}/${plane}${suffix}`, { token: viewer });
  }
  await call('GET', '/v2/nothing');
  await call('GET', `${planes}/${plane}/core-entities/gadgets`);
  await call('DELETE', `${planes}/${plane}`);
}

import { describe, expect, it } from 'vitest';
import { at, type Client, idIn, organization, type Reply, start } from './test-client.ts';

const path = '/v2/control-planes';

describe('control planes', () => {
  it('creates one with the defaults of the server and endpoints in the region of the Host header', async () => {
    const { konnect, call } = await start({ clock: () => new Date('2026-08-01T10:00:00Z') });
    await using _ = konnect;
    const made = await call('POST', path, { body: { name: 'edge' }, headers: { host: 'eu.api.konghq.com' } });
    expect(made).toMatchObject({ status: 201, type: 'application/json' });
    expect(made.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
      name: 'edge',
      description: '',
      labels: {},
      config: {
        control_plane_endpoint: expect.stringMatching(/^https:\/\/[0-9a-f]{10}\.eu\.cp\.konghq\.com$/),
        telemetry_endpoint: expect.stringMatching(/^https:\/\/[0-9a-f]{10}\.eu\.tp\.konghq\.com$/),
        cluster_type: 'CLUSTER_TYPE_CONTROL_PLANE',
        auth_type: 'pinned_client_certs',
        cloud_gateway: false,
        proxy_urls: [],
      },
      created_at: '2026-08-01T10:00:00.000Z',
      updated_at: '2026-08-01T10:00:00.000Z',
    });
    expect((await call('GET', `${path}/${idIn(made)}`)).body).toEqual(made.body);
    expect(konnect.requests[0]).toMatchObject({
      host: 'eu.api.konghq.com',
      operation: 'CreateControlPlane',
      write: true,
    });
  });

  it('keeps names unique in an organization and region', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    await call('POST', path, { body: { name: 'edge' } });
    const again = await call('POST', path, { body: { name: 'edge' } });
    expect(again).toMatchObject({ status: 409, type: 'application/problem+json', body: { title: 'Conflict' } });
    const elsewhere = await call('POST', path, { body: { name: 'edge' }, headers: { host: 'au.api.konghq.com' } });
    expect(elsewhere.status).toBe(201);
    const fromEurope = await call('GET', `${path}/${idIn(elsewhere)}`, { headers: { host: 'eu.api.konghq.com' } });
    expect(fromEurope.status).toBe(404);
  });

  it('has a control plane called default that stays', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const [plane] = konnect.controlPlanes(organization.id);
    expect(plane?.name).toBe('default');
    expect((await call('DELETE', `${path}/${plane?.id}`)).status).toBe(403);
    expect(konnect.controlPlanes()).toHaveLength(1);
  });

  it('patches what is given and replaces labels as a whole', async () => {
    let now = new Date('2026-08-01T10:00:00Z');
    const { konnect, call } = await start({ clock: () => now });
    await using _ = konnect;
    const made = await call('POST', path, { body: { name: 'edge', description: 'd', labels: { a: '1', b: '2' } } });
    now = new Date('2026-08-01T11:00:00Z');
    const changed = await call('PATCH', `${path}/${idIn(made)}`, {
      body: { labels: { b: '3' }, auth_type: 'pki_client_certs' },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'edge', description: 'd', labels: { b: '3' }, config: { auth_type: 'pki_client_certs' } },
    });
    expect(at(changed.body, 'labels')).toEqual({ b: '3' });
    expect(at(changed.body, 'created_at')).toBe('2026-08-01T10:00:00.000Z');
    expect(at(changed.body, 'updated_at')).toBe('2026-08-01T11:00:00.000Z');
    expect((await call('PATCH', `${path}/${idIn(made)}`, { body: { name: 'default' } })).status).toBe(409);
  });

  it.each(['cluster_type', 'cloud_gateway', 'id', 'config'])('refuses %s in a PATCH', async (field) => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const [plane] = konnect.controlPlanes();
    const reply = await call('PATCH', `${path}/${plane?.id}`, { body: { [field]: false } });
    expect(reply).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: {
        detail: 'Request contains unknown property',
        invalid_parameters: [{ field, reason: `property ${field} should not exist` }],
      },
    });
  });

  it('deletes once, with everything inside', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const id = idIn(await call('POST', path, { body: { name: 'edge' } }));
    await call('POST', `${path}/${id}/core-entities/services`, { body: { host: 'example.com' } });
    expect(await call('DELETE', `${path}/${id}`)).toMatchObject({ status: 204, body: undefined });
    expect((await call('DELETE', `${path}/${id}`)).status).toBe(404);
    expect((await call('GET', `${path}/${id}/core-entities/services`)).status).toBe(404);
  });

  it('stops at 100', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    for (let n = 1; n < 100; n += 1) konnect.createControlPlane(organization.id, { name: `plane-${n}` });
    const reply = await call('POST', path, { body: { name: 'one-too-many' } });
    expect(reply).toMatchObject({ status: 400, body: { invalid_parameters: [{ reason: 'usage limits reached' }] } });
  });
});

const refused = [
  { why: 'no name', body: {}, item: { field: 'name', reason: 'cannot be blank' } },
  { why: 'a short name', body: { name: 'x' }, item: { field: 'name', rule: 'min_length', minimum: 2 } },
  { why: 'a long name', body: { name: 'x'.repeat(257) }, item: { field: 'name', rule: 'max_length', maximum: 256 } },
  { why: 'a name that is no text', body: { name: 12 }, item: { field: 'name', rule: 'is_string' } },
  {
    why: 'a null description',
    body: { name: 'edge', description: null },
    item: { field: 'description', rule: 'is_string' },
  },
  { why: 'a long description', body: { name: 'edge', description: 'x'.repeat(2049) }, item: { rule: 'max_length' } },
  { why: 'an unknown type', body: { name: 'edge', cluster_type: 'CLUSTER_TYPE_HYBRID' }, item: { rule: 'enum' } },
  {
    why: 'a cloud gateway on KIC',
    body: { name: 'edge', cluster_type: 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER', cloud_gateway: true },
    item: { field: 'cloud_gateway' },
  },
  {
    why: 'an unknown field',
    body: { name: 'edge', region: 'eu' },
    item: { reason: 'property region should not exist' },
  },
  {
    why: 'a proxy URL without a port',
    body: { name: 'edge', proxy_urls: [{ host: 'h', protocol: 'https' }] },
    item: { field: 'proxy_urls[0].port' },
  },
  {
    why: 'six proxy URLs',
    body: { name: 'edge', proxy_urls: [1, 2, 3, 4, 5, 6].map((port) => ({ host: 'h', port, protocol: 'https' })) },
    item: { field: 'proxy_urls', rule: 'max_items', maximum: 5 },
  },
  { why: 'a body that is no object', body: ['edge'], item: { field: 'body', reason: 'request format is invalid' } },
  {
    why: 'a reserved label',
    body: { name: 'edge', labels: { 'kong-x': 'a' } },
    item: { field: 'labels', rule: 'is_label' },
  },
  { why: 'an underscore label', body: { name: 'edge', labels: { _x: 'a' } }, item: { rule: 'is_label' } },
  { why: 'a long label key', body: { name: 'edge', labels: { ['k'.repeat(64)]: 'a' } }, item: { rule: 'is_label' } },
  {
    why: 'a long label value',
    body: { name: 'edge', labels: { a: 'v'.repeat(64) } },
    item: { field: 'labels', rule: 'is_label', reason: 'Label value exceeds maximum of 63 characters' },
  },
  { why: 'an empty label value', body: { name: 'edge', labels: { a: '' } }, item: { rule: 'is_label' } },
  { why: 'a label value with a slash', body: { name: 'edge', labels: { a: 'b/c' } }, item: { rule: 'is_label' } },
  { why: 'a number as label', body: { name: 'edge', labels: { a: 1 } }, item: { rule: 'is_label' } },
  {
    why: '51 labels',
    body: { name: 'edge', labels: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`l${n}`, 'a'])) },
    item: { rule: 'is_label' },
  },
];

describe('a control plane that Konnect refuses', () => {
  it.each(refused)('for $why', async ({ body, item }) => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const reply = await call('POST', path, { body });
    expect(reply).toMatchObject({ status: 400, type: 'application/problem+json', body: { title: 'Bad Request' } });
    expect(at(reply.body, 'invalid_parameters')).toEqual([expect.objectContaining(item)]);
    expect(konnect.controlPlanes()).toHaveLength(1);
  });

  it.each([
    { why: 'no content type', ask: { text: '{"name":"edge"}' } },
    { why: 'another content type', ask: { text: '{"name":"edge"}', headers: { 'content-type': 'text/plain' } } },
    { why: 'JSON that is none', ask: { text: '{"name":', headers: { 'content-type': 'application/json' } } },
    { why: 'no body', ask: { headers: { 'content-type': 'application/json' } } },
  ])('for $why', async ({ ask }) => {
    const { konnect, call } = await start();
    await using _ = konnect;
    expect(await call('POST', path, ask)).toMatchObject({ status: 400, body: { detail: 'Invalid request format' } });
  });

  it('accepts labels and content types with a parameter', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const labels = { 'k8s-name': 'edge', KONGCTL: 'yes', 'a.b_c-d': 'v1.2_3-x' };
    const text = JSON.stringify({ name: 'edge', labels });
    const reply = await call('POST', path, { text, headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect(reply).toMatchObject({ status: 201, body: { labels } });
  });
});

async function seeded(call: Client): Promise<void> {
  for (const [name, env] of Object.entries({ alpha: 'test', beta: 'prod', gamma: 'test' })) {
    await call('POST', path, {
      body: { name, labels: { env, [name]: 'x' }, ...(name === 'beta' && { cloud_gateway: true }) },
    });
  }
}

function names({ body }: Reply): readonly unknown[] {
  const data = at(body, 'data');
  return Array.isArray(data) ? data.map((row) => at(row, 'name')) : [];
}

describe('the list of control planes', () => {
  it.each([
    { query: 'filter[name][eq]=beta', found: ['beta'] },
    { query: 'filter%5Bname%5D%5Beq%5D=beta', found: ['beta'] },
    { query: 'filter[name]=beta', found: ['beta'] },
    { query: 'filter[name][contains]=m', found: ['gamma'] },
    { query: 'filter[name][neq]=default&filter[name][contains]=a&filter[name][neq]=beta', found: ['alpha', 'gamma'] },
    { query: 'filter[cloud_gateway]=true', found: ['beta'] },
    { query: 'filter[cluster_type][oeq]=CLUSTER_TYPE_CONTROL_PLANE_GROUP,CLUSTER_TYPE_SERVERLESS', found: [] },
    { query: 'labels=env:test', found: ['alpha', 'gamma'] },
    { query: 'labels=env:test,gamma', found: ['gamma'] },
    { query: 'name=beta', found: ['default', 'alpha', 'beta', 'gamma'] },
    { query: 'page[size]=3&page[number]=2', found: ['gamma'] },
    { query: 'page%5Bsize%5D=1&page%5Bnumber%5D=2', found: ['alpha'] },
    { query: 'page[size]=2&page[number]=9', found: [] },
  ])('answers $query', async ({ query, found }) => {
    const { konnect, call } = await start();
    await using _ = konnect;
    await seeded(call);
    expect(names(await call('GET', `${path}?${query}`))).toEqual(found);
  });

  it('pages by ten, never by more than a hundred, and says how many there are', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    for (let n = 1; n < 12; n += 1) konnect.createControlPlane(organization.id, { name: `plane-${n}` });
    const first = await call('GET', path);
    expect(at(first.body, 'meta', 'page')).toEqual({ number: 1, size: 10, total: 12 });
    expect(names(first)).toHaveLength(10);
    expect(at((await call('GET', `${path}?page[size]=1000`)).body, 'meta', 'page', 'size')).toBe(100);
  });

  it('sorts by the time of creation', async () => {
    let hour = 0;
    const clock = () => {
      hour += 1;
      return new Date(Date.UTC(2026, 7, 1, hour));
    };
    const { konnect, call } = await start({ clock });
    await using _ = konnect;
    await seeded(call);
    const up = ['default', 'alpha', 'beta', 'gamma'];
    expect(names(await call('GET', `${path}?sort=created_at`))).toEqual(up);
    expect(names(await call('GET', `${path}?sort=created_at%20desc`))).toEqual(up.toReversed());
    expect((await call('GET', `${path}?sort=name`)).status).toBe(400);
  });

  it.each([
    { query: 'filter[cluster_type][contains]=x', field: '[filter][cluster_type][contains]' },
    { query: 'filter[description][eq]=x', field: '[filter][description]' },
    { query: 'page[number]=0', field: 'page[number]' },
    { query: 'page[size]=ten', field: 'page[size]' },
  ])('refuses $query', async ({ query, field }) => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const reply = await call('GET', `${path}?${query}`);
    expect(reply).toMatchObject({ status: 400, body: { invalid_parameters: [{ field }] } });
  });
});

import { describe, expect, it } from 'vitest';
import { at, idIn, organization, start } from './test-client.ts';

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

import { describe, expect, it } from 'vitest';
import { adminToken, at, organization, start, systemToken } from './test-client.ts';

const somewhere = '/v2/control-planes/0a6bb5b8-3b5c-4d0c-9d54-8f3c1b3f0aff';

const families = [
  { path: '/v3/organizations/me', type: 'application/problem+json', body: { title: 'Unauthenticated' } },
  { path: '/v2/control-planes', type: 'application/problem+json', body: { detail: 'A valid token is required' } },
  { path: `${somewhere}/group-memberships`, type: 'application/problem+json', body: { title: 'Unauthorized' } },
  { path: `${somewhere}/dp-client-certificates`, type: 'application/json', body: { message: 'Unauthorized' } },
  {
    path: `${somewhere}/core-entities/services`,
    type: 'application/json',
    body: { message: 'Unauthorized', status: 401 },
  },
];

describe('authentication', () => {
  it.each(families)('answers 401 in the words of $path', async ({ path, type, body }) => {
    const { konnect, call } = await start();
    await using _ = konnect;
    for (const token of [undefined, 'kpat_unknown', 'plain']) {
      const reply = await call('GET', path, { token });
      expect(reply).toMatchObject({ status: 401, type, body });
    }
  });

  it('tells users from system accounts', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    expect((await call('GET', '/v3/users/me')).status).toBe(200);
    expect((await call('GET', '/v3/users/me', { token: systemToken })).status).toBe(401);
    const me = await call('GET', '/v3/organizations/me', { token: systemToken });
    expect(me).toMatchObject({ status: 200, body: { ...organization, state: 'active' } });
    expect((await call('GET', '/v2/organizations/me')).body).toEqual(me.body);
  });

  it('follows tokens that are revoked, added and moved', async () => {
    const other = { id: '0a6bb5b8-3b5c-4d0c-9d54-8f3c1b3f0a02', name: 'Other', tokens: [] };
    const { konnect, call } = await start({ organizations: [{ ...organization, tokens: [adminToken] }, other] });
    await using _ = konnect;
    konnect.revokeToken(adminToken);
    expect((await call('GET', '/v2/control-planes')).status).toBe(401);
    konnect.addToken(organization.id, adminToken);
    expect(at((await call('GET', '/v3/organizations/me')).body, 'id')).toBe(organization.id);
    konnect.moveToken(adminToken, other.id);
    expect(at((await call('GET', '/v3/organizations/me')).body, 'id')).toBe(other.id);
    expect(() => konnect.addToken(organization.id, 'ghp_not_konnect')).toThrow(/kpat_ or spat_/);
    expect(() => konnect.addToken('nowhere', adminToken)).toThrow(/No organization nowhere/);
  });

  it('never keeps a token, neither in its records nor in its state', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    await call('GET', '/v2/control-planes');
    const kept = JSON.stringify([konnect.requests, konnect.exchanges, [...konnect.state().grants]]);
    expect(kept).not.toContain(adminToken);
    expect(konnect.requests[0]).toMatchObject({ organizationId: organization.id, tokenHash: expect.any(String) });
  });
});

describe('permission', () => {
  it('lets a viewer read and nothing else', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    konnect.addToken(organization.id, 'kpat_viewer', 'read');
    const [plane] = konnect.controlPlanes();
    const token = 'kpat_viewer';
    const services = `/v2/control-planes/${plane?.id}/core-entities/services`;
    expect((await call('GET', services, { token })).status).toBe(200);
    const refused = await call('POST', services, { token, body: { host: 'example.com' } });
    expect(refused).toMatchObject({ status: 403, type: 'application/json', body: { code: 7 } });
    const platform = await call('POST', '/v2/control-planes', { token, body: { name: 'mine' } });
    expect(platform).toMatchObject({
      status: 403,
      type: 'application/problem+json',
      body: { title: 'Permission denied' },
    });
    const pinned = await call('DELETE', `/v2/control-planes/${plane?.id}/dp-client-certificates/x`, { token });
    expect(pinned).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
  });

  it('shows the state of an inactive organization and serves it nothing else', async () => {
    const { konnect, call } = await start({
      organizations: [{ ...organization, state: 'inactive', tokens: [adminToken] }],
    });
    await using _ = konnect;
    expect(at((await call('GET', '/v3/organizations/me')).body, 'state')).toBe('inactive');
    expect((await call('GET', '/v2/control-planes')).status).toBe(403);
  });

  it('hides what another organization owns', async () => {
    const other = { id: '0a6bb5b8-3b5c-4d0c-9d54-8f3c1b3f0a02', name: 'Other', tokens: ['kpat_other'] };
    const { konnect, call } = await start({ organizations: [{ ...organization, tokens: [adminToken] }, other] });
    await using _ = konnect;
    const [theirs] = konnect.controlPlanes(other.id);
    for (const path of ['', '/group-member-status', '/dp-client-certificates', '/core-entities/routes']) {
      expect((await call('GET', `/v2/control-planes/${theirs?.id}${path}`)).status).toBe(404);
    }
  });
});

describe('paths', () => {
  it('answers an unknown path like the gateway in front, whoever asks', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    for (const token of [adminToken, undefined]) {
      const reply = await call('GET', '/v2/nothing', { token });
      expect(reply).toMatchObject({ status: 404, body: { message: 'no Route matched with those values' } });
    }
    const [plane] = konnect.controlPlanes();
    const entities = `/v2/control-planes/${plane?.id}/core-entities`;
    expect(await call('GET', `${entities}/gadgets`)).toMatchObject({ status: 404, body: { code: 5 } });
    expect((await call('PATCH', `${entities}/services/x`, { body: {} })).status).toBe(404);
    expect(konnect.requests.at(-1)?.operation).toBe('Unknown');
  });

  it('tells a malformed id from one that does not exist, in the words of each family', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const malformed = '/v2/control-planes/not-a-uuid';
    const id = { field: 'id', reason: 'invalid ID format' };
    expect((await call('GET', malformed)).body).toMatchObject({ status: 400, invalid_parameters: [id] });
    expect((await call('GET', `${malformed}/group-status`)).body).toMatchObject({
      invalid_parameters: [{ rule: 'is_uuid' }],
    });
    for (const path of ['/core-entities/services', '/dp-client-certificates', '/expected-config-hash']) {
      const reply = await call('GET', malformed + path);
      expect(reply).toMatchObject({ status: 400, body: { code: 3, message: " 'not-a-uuid' is not a valid uuid" } });
    }
    expect((await call('GET', somewhere)).body).toMatchObject({ detail: 'The requested control plane was not found.' });
    expect((await call('GET', `${somewhere}/group-status`)).body).toMatchObject({ detail: 'Not Found' });
    for (const path of ['/core-entities/services', '/dp-client-certificates', '/expected-config-hash']) {
      expect(await call('GET', somewhere + path)).toMatchObject({
        status: 404,
        body: { code: 5, message: 'not found' },
      });
    }
  });

  it('gives every problem a trace id of its own', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const first = at((await call('GET', somewhere)).body, 'instance');
    const second = at((await call('GET', somewhere)).body, 'instance');
    expect(first).toMatch(/^konnect:trace:\d{19}$/);
    expect(second).not.toBe(first);
  });
});

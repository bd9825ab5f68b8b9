import { describe, expect, it } from 'vitest';
import { startKonnect } from './server.ts';
import { adminToken, at, clientOf, organization, start } from './test-client.ts';

const path = '/v2/control-planes';

describe('the emulator', () => {
  it('goes on after a restart with the data and tokens it had', async () => {
    const { konnect, call } = await start();
    const body = { name: 'kept' };
    const made = await call('POST', path, { body });
    konnect.addToken(organization.id, 'kpat_new');
    konnect.revokeToken(adminToken);
    const state = konnect.state();
    await call('POST', path, { body: { name: 'lost' }, token: 'kpat_new' });
    await konnect.stop();
    await using again = await startKonnect({ organizations: [{ ...organization, tokens: [adminToken] }], state });
    const restarted = clientOf(again.url);
    expect((await restarted('GET', path)).status).toBe(401);
    const found = await restarted('GET', `${path}/${at(made.body, 'id')}`, { token: 'kpat_new' });
    expect(found.body).toEqual(made.body);
    const fresh = await restarted('POST', path, { body: { name: 'lost' }, token: 'kpat_new' });
    expect([fresh.status, at(fresh.body, 'id') === at(made.body, 'id')]).toEqual([201, false]);
  });

  it('repeats its ids with a seed and only then', async () => {
    const ids = await Promise.all(
      [7, 7, 8, undefined, undefined].map(async (seed) => {
        const { konnect } = await start(seed === undefined ? {} : { seed });
        await using _ = konnect;
        return konnect.controlPlanes()[0]?.id;
      }),
    );
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(4);
  });

  it('counts writes that reached their operation and forgets on demand', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    await call('POST', path, { body: { name: 'edge' } });
    await call('POST', path, { body: {} });
    await call('POST', path, { body: { name: 'no' }, token: 'kpat_unknown' });
    await call('GET', path);
    expect([konnect.writes, konnect.requests.length, konnect.exchanges.length]).toEqual([2, 4, 4]);
    expect(konnect.exchanges[0]).toMatchObject({
      method: 'POST',
      requestBody: { name: 'edge' },
      status: 201,
      responseBody: { name: 'edge' },
    });
    konnect.resetRequests();
    expect([konnect.writes, konnect.requests.length, konnect.exchanges.length]).toEqual([0, 0, 0]);
  });

  it('lets somebody edit behind the API, by the same rules', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const plane = konnect.createControlPlane(organization.id, { name: 'edge' }, 'eu').id;
    konnect.patchControlPlane(plane, { description: 'by hand' });
    const id = '6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0001';
    konnect.putEntity(plane, 'services', id, { host: 'one.example', retries: 1, tags: ['x'] });
    konnect.patchEntity(plane, 'services', id, { host: 'two.example', tags: null });
    const read = await call('GET', `${path}/${plane}/core-entities/services/${id}`);
    expect(read.body).toMatchObject({ host: 'two.example', retries: 1 });
    expect(read.body).not.toHaveProperty('tags');
    expect(() => konnect.putEntity(plane, 'services', id, {})).toThrow(/missing properties/);
    expect(() => konnect.removeEntity(plane, 'services', organization.id)).toThrow(/No services/);
    expect(() => konnect.entities(plane, 'gadgets')).toThrow(/gadgets/);
    konnect.removeEntity(plane, 'services', id);
    konnect.removeControlPlane(plane);
    expect((await call('GET', `${path}/${plane}`)).status).toBe(404);
    expect(konnect.requests).toHaveLength(2);
  });
});

import { describe, expect, it } from 'vitest';
import { healthcheckDefaults } from '../core-entities/types/upstream-healthchecks.ts';
import { at, start } from '../test-client.ts';

async function startPlane() {
  const { konnect, call } = await start();
  const plane = konnect.controlPlanes()[0]?.id ?? '';
  return { konnect, call, plane, root: `/v2/control-planes/${plane}/core-entities` };
}

describe('what decK calls', () => {
  it('finds control planes under their former name', async () => {
    const { konnect, call, plane } = await startPlane();
    await using _ = konnect;
    await call('POST', '/v2/control-planes', { body: { name: 'edge' } });
    const path = '/konnect-api/api/runtime_groups';
    const all = await call('GET', path);
    expect(all.body).toMatchObject({ data: [{ id: plane, name: 'default' }, { name: 'edge' }], page: 1, pageCount: 1 });
    expect((await call('GET', `${path}?page=2&size=1`)).body).toMatchObject({
      data: [{ name: 'edge' }],
      page: 2,
      pageCount: 2,
    });
    expect((await call('GET', `${path}?page=3&size=1`)).body).toMatchObject({ data: [], pageCount: 2 });
    expect((await call('GET', path, { token: undefined })).status).toBe(401);
  });

  it('gets defaults as JSON Schema, those of objects in both places', async () => {
    const { konnect, call, root } = await startPlane();
    await using _ = konnect;
    const describe = async (type: string) =>
      at((await call('GET', `${root}/v1/schemas/json/${type}`)).body, 'properties');
    expect(await describe('service')).toMatchObject({
      port: { type: 'integer', default: 80 },
      retries: { default: 5 },
    });
    expect(await describe('target')).toMatchObject({ weight: { default: 100 } });
    const healthchecks = at(await describe('upstream'), 'healthchecks');
    expect(healthchecks).toMatchObject({ default: healthcheckDefaults });
    expect(at(healthchecks, 'properties', 'active', 'properties', 'healthy', 'properties', 'interval')).toMatchObject({
      default: 0,
    });
    expect(await call('GET', `${root}/v1/schemas/json/gadget`)).toMatchObject({ status: 404, body: { code: 5 } });
  });

  it.each(['partials', 'degraphql_routes'])('lists no %s', async (collection) => {
    const { konnect, call, root } = await startPlane();
    await using _ = konnect;
    expect(await call('GET', `${root}/${collection}?size=1000`)).toMatchObject({
      status: 200,
      body: { data: [], next: null },
    });
  });

  it.each(['filter-chains', 'workspaces/default', 'services/x/graphql-rate-limiting-advanced/costs'])(
    'is told that there is no %s',
    async (path) => {
      const { konnect, call, root } = await startPlane();
      await using _ = konnect;
      expect(await call('GET', `${root}/${path}`)).toMatchObject({ status: 404, body: { code: 5 } });
    },
  );

  it('reads every plural list that decK reads', async () => {
    const { konnect, call, root } = await startPlane();
    await using _ = konnect;
    const lists =
      'services routes plugins certificates snis upstreams consumers targets vaults keys key-sets consumer_groups ' +
      'ca_certificates mtls-auths key-auths hmac-auths jwts basic-auths acls';
    for (const collection of lists.split(' ')) {
      expect(await call('GET', `${root}/${collection}?size=1000`), collection).toMatchObject({
        status: 200,
        body: { data: [] },
      });
    }
  });
});

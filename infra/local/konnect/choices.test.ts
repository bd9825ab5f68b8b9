import { describe, expect, it } from 'vitest';
import { ids } from './strictness-fixture.ts';
import { keyPair, start } from './test-client.ts';

const usual = [
  { owner: 'upstreams', fields: { name: 'up' }, dependant: 'targets', field: 'upstream', rest: { target: 'h' } },
  { owner: 'consumers', fields: { username: 'ann' }, dependant: 'acls', field: 'consumer', rest: { group: 'a' } },
  { owner: 'services', fields: { host: 'h' }, dependant: 'plugins', field: 'service', rest: { name: 'key-auth' } },
  {
    owner: 'key-sets',
    fields: { name: 's' },
    dependant: 'keys',
    field: 'set',
    rest: { kid: 'a', jwk: '{"kty":"oct","kid":"a"}' },
  },
] as const;

async function startWith(onDelete: Readonly<Record<string, 'restrict' | 'cascade'>>) {
  const { konnect, call } = await start({ onDelete });
  const plane = konnect.controlPlanes()[0]?.id ?? '';
  return { konnect, call, plane, root: `/v2/control-planes/${plane}/core-entities` };
}

describe('disputed references', () => {
  it.each(usual)('$dependant go with $owner, or keep it', async ({ owner, fields, dependant, field, rest }) => {
    for (const rule of ['cascade', 'restrict'] as const) {
      const { konnect, call, plane, root } = await startWith(
        rule === 'cascade' ? {} : { [`${dependant}.${field}`]: rule },
      );
      await using _ = konnect;
      konnect.putEntity(plane, owner, ids.one, fields);
      konnect.putEntity(plane, dependant, ids.two, { ...rest, [field]: { id: ids.one } });
      expect((await call('DELETE', `${root}/${owner}/${ids.one}`)).status).toBe(rule === 'cascade' ? 204 : 400);
      expect(konnect.entities(plane, dependant)).toHaveLength(rule === 'cascade' ? 0 : 1);
    }
  });

  it('routes and SNIs keep what they point at, or go with it', async () => {
    const { cert, key } = await keyPair();
    for (const rule of ['restrict', 'cascade'] as const) {
      const { konnect, call, plane, root } = await startWith(
        rule === 'restrict' ? {} : { 'routes.service': rule, 'snis.certificate': rule },
      );
      await using _ = konnect;
      konnect.putEntity(plane, 'services', ids.one, { host: 'h' });
      konnect.putEntity(plane, 'routes', ids.two, { paths: ['/x'], service: { id: ids.one } });
      konnect.putEntity(plane, 'certificates', ids.one, { cert, key });
      konnect.putEntity(plane, 'snis', ids.two, { name: 'a.example', certificate: { id: ids.one } });
      const statuses = [];
      for (const owner of ['services', 'certificates']) {
        statuses.push((await call('DELETE', `${root}/${owner}/${ids.one}`)).status);
      }
      expect(statuses).toEqual(rule === 'restrict' ? [400, 400] : [204, 204]);
      expect(konnect.entities(plane, 'snis')).toHaveLength(rule === 'restrict' ? 1 : 0);
    }
  });

  it('are the only ones that may be chosen for', async () => {
    await expect(start({ onDelete: { 'routes.plane': 'cascade' } })).rejects.toThrow(/routes\.plane.*routes\.service/);
  });
});

describe('the default of protocols of a route', () => {
  it.each([undefined, ['https']])('is what the emulator is told: %j', async (routeProtocols) => {
    const { konnect, call } = await start(routeProtocols === undefined ? {} : { routeProtocols });
    await using _ = konnect;
    const root = `/v2/control-planes/${konnect.controlPlanes()[0]?.id}/core-entities`;
    const made = await call('POST', `${root}/routes`, { body: { paths: ['/x'] } });
    expect(made.body).toMatchObject({ protocols: routeProtocols ?? ['https', 'http'] });
    const described = await call('GET', `${root}/v1/schemas/json/route`);
    expect(described.body).toMatchObject({
      properties: { protocols: { default: routeProtocols ?? ['http', 'https'] } },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { describeStrictness, ids } from '../../strictness-fixture.ts';
import { at, idIn, start } from '../../test-client.ts';

const keyAuth = {
  key_names: ['apikey'],
  hide_credentials: false,
  anonymous: null,
  key_in_header: true,
  key_in_query: true,
  key_in_body: false,
  run_on_preflight: true,
  realm: null,
};
const limited = (values: object) => ({ name: 'rate-limiting', config: values });
const service = { id: ids.one };

describeStrictness({
  path: 'plugins',
  given: [
    ['services', ids.one, { host: 'h' }],
    ['consumers', ids.one, { username: 'ann' }],
    ['consumer_groups', ids.one, { name: 'gold' }],
  ],
  accepted: [
    {
      body: { name: 'key-auth' },
      stored: {
        name: 'key-auth',
        enabled: true,
        protocols: ['https', 'http', 'grpcs', 'grpc'],
        config: keyAuth,
        service: null,
        instance_name: null,
      },
    },
    { body: { name: 'basic-auth', instance_name: 'Größe', protocols: ['wss', 'ws'], condition: 'true' } },
    { body: { ...limited({ second: 1, hour: 60 }), consumer_group: { id: ids.one } } },
    { body: { name: 'prometheus', protocols: ['tcp'] } },
    { body: { name: 'key-auth', ordering: { before: { access: ['acl'] } } } },
  ],
  refused: [
    { body: {}, detail: { messages: ["missing properties: 'name'"] } },
    {
      body: { name: 'no-auth' },
      detail: { type: 'ERROR_TYPE_FIELD', field: 'name', messages: ['plugin(no-auth) does not exist'] },
    },
    { body: { name: 'key_auth' }, detail: { field: 'name' } },
    {
      body: { name: 'key-auth', config: 'x' },
      detail: { field: 'config', messages: ['expected object, but got string'] },
    },
    {
      body: { name: 'key-auth', consumer: { id: ids.one } },
      detail: { field: 'consumer', messages: ['value must be null'] },
    },
    { body: { name: 'key-auth', protocols: ['http', 'tcp'] }, detail: { field: 'protocols[1]' } },
    { body: { name: 'key-auth', ordering: { during: {} } }, detail: { field: 'ordering' } },
    { body: { name: 'key-auth', condition: 'x'.repeat(1025) }, detail: { field: 'condition' } },
    {
      body: limited({ minute: 5, policy: 'redis' }),
      detail: { messages: ["failed conditional validation given value of field 'config.policy'"] },
    },
    {
      body: limited({ minute: 5, limit_by: 'header' }),
      detail: { messages: ["failed conditional validation given value of field 'config.limit_by'"] },
    },
  ],
  clashes: [
    {
      first: { name: 'key-auth' },
      second: { name: 'key-auth', enabled: false },
      message: 'unique-plugin-per-entity (type: unique) constraint failed',
    },
    {
      first: { name: 'key-auth', service },
      second: { name: 'key-auth', service },
      message: 'unique-plugin-per-entity (type: unique) constraint failed',
    },
    {
      first: { name: 'key-auth', instance_name: 'x' },
      second: { name: 'basic-auth', instance_name: 'x' },
      message: 'instance_name (type: unique) constraint failed',
    },
    {
      first: { name: 'key-auth' },
      second: { name: 'key-auth', route: { id: ids.missing } },
      message: 'route.id (type: foreign) constraint failed',
    },
    {
      first: { name: 'key-auth' },
      second: { name: 'basic-auth', partials: [{ id: ids.missing }] },
      message: 'partials (type: foreign) constraint failed',
    },
  ],
});

async function startPlugins() {
  const { konnect, call } = await start();
  const plane = konnect.controlPlanes()[0]?.id ?? '';
  return { konnect, call, plane, root: `/v2/control-planes/${plane}/core-entities` };
}

describe('plugins', () => {
  it('are served below what they are bound to, under one name each, and go with it', async () => {
    const { konnect, call, plane, root } = await startPlugins();
    await using _ = konnect;
    konnect.putEntity(plane, 'services', ids.one, { name: 'svc', host: 'h' });
    konnect.putEntity(plane, 'routes', ids.one, { name: 'r', paths: ['/x'] });
    konnect.putEntity(plane, 'consumers', ids.one, { username: 'ann' });
    const body = { name: 'rate-limiting', config: { minute: 1 } };
    const owners = { service: 'services/svc', route: 'routes/r', consumer: 'consumers/ann' };
    for (const [field, owner] of Object.entries(owners)) {
      const made = await call('POST', `${root}/${owner}/plugins`, { body });
      expect(made).toMatchObject({ status: 201, body: { [field]: { id: ids.one } } });
      expect((await call('GET', `${root}/${owner}/plugins/${idIn(made)}`)).body).toEqual(made.body);
      expect((await call('POST', `${root}/${owner}/plugins`, { body })).status).toBe(400);
    }
    await call('POST', `${root}/plugins`, { body });
    expect(konnect.entities(plane, 'plugins')).toHaveLength(4);
    for (const owner of Object.values(owners)) await call('DELETE', `${root}/${owner}`);
    expect(konnect.entities(plane, 'plugins')).toHaveLength(1);
  });

  it('are found by name with the filter, not by path', async () => {
    const { konnect, call, root } = await startPlugins();
    await using _ = konnect;
    for (const name of ['key-auth', 'basic-auth']) await call('POST', `${root}/plugins`, { body: { name } });
    const found = await call('GET', `${root}/plugins?filter[name][eq]=key-auth`);
    expect(at(found.body, 'data')).toMatchObject([{ name: 'key-auth' }]);
    expect((await call('GET', `${root}/plugins/key-auth`)).status).toBe(400);
  });

  it('have a published schema', async () => {
    const { konnect, call, root } = await startPlugins();
    await using _ = konnect;
    const { body } = await call('GET', `${root}/schemas/plugins/rate-limiting`);
    const fields = at(body, 'fields');
    const record = Array.isArray(fields) ? fields.map((field) => at(field, 'config')).find(Boolean) : undefined;
    expect(at(record, 'fields')).toContainEqual({ policy: expect.objectContaining({ default: 'local' }) });
    expect(at(record, 'shorthand_fields', 0, 'redis_host')).toMatchObject({
      deprecation: { replaced_with: [{ path: ['redis', 'host'] }] },
    });
    const unknown = await call('GET', `${root}/schemas/plugins/no-auth`);
    expect(unknown).toMatchObject({ status: 404, body: { code: 5, message: "no plugin-schema for 'no-auth'" } });
  });
});

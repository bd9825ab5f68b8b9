import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { describeStrictness, ids } from '../../../strictness-fixture.ts';
import { at, idIn, keyPair, start } from '../../../test-client.ts';

const consumer = { id: ids.one };
const below = (path: string) => ({
  path: `consumers/${ids.one}/${path}`,
  given: [
    ['consumers', ids.one, { username: 'ann' }],
    ['consumers', ids.two, { username: 'bob' }],
  ] as const,
});
const missing = (name: string) => ({ body: {}, detail: { messages: [`missing properties: '${name}'`] } });
const contradiction = (body: object) => ({
  body: { ...body, consumer: { id: ids.two } },
  detail: { field: 'consumer.id', messages: ['must be equal to the ID in the path'] },
});
const generated = expect.stringMatching(/^[0-9A-Za-z]{32}$/);
const hash = createHash('sha1').update(`p${ids.one}`).digest('hex');
const { publicKey, cert } = await keyPair();
const twice = (body: object, key: string) => ({
  first: { ...body },
  second: { ...body },
  message: `${key} (type: unique) constraint failed`,
});

describeStrictness({
  ...below('acls'),
  accepted: [{ body: { group: 'a' }, stored: { group: 'a', consumer, updated_at: null } }],
  refused: [missing('group'), { body: { group: '' }, detail: { field: 'group' } }, contradiction({ group: 'a' })],
  clashes: [twice({ group: 'a' }, 'consumer, group')],
});

describeStrictness({
  ...below('basic-auth'),
  accepted: [
    { body: { username: 'a', password: 'p' }, stored: { username: 'a', password: hash, consumer, updated_at: null } },
  ],
  refused: [
    { body: {}, detail: { messages: ["missing properties: 'username', 'password'"] } },
    { body: { username: 'a', password: '' }, detail: { field: 'password' } },
    contradiction({ username: 'a', password: 'p' }),
  ],
  clashes: [twice({ username: 'a', password: 'p' }, 'username')],
});

describeStrictness({
  ...below('hmac-auth'),
  accepted: [
    { body: { username: 'a' }, stored: { username: 'a', secret: generated, consumer } },
    { body: { username: 'a', secret: 's' } },
  ],
  refused: [missing('username'), contradiction({ username: 'a' })],
  clashes: [twice({ username: 'a' }, 'username')],
});

describeStrictness({
  ...below('jwt'),
  accepted: [
    { body: {}, stored: { algorithm: 'HS256', key: generated, secret: generated, consumer, rsa_public_key: null } },
    { body: { key: 'k', secret: 's', algorithm: 'HS512' } },
    { body: { algorithm: 'ES256', rsa_public_key: publicKey } },
  ],
  refused: [
    { body: { algorithm: 'none' }, detail: { field: 'algorithm' } },
    {
      body: { algorithm: 'RS256' },
      detail: {
        messages: ["failed conditional validation given value of field 'algorithm': 'rsa_public_key' is required"],
      },
    },
    {
      body: { algorithm: 'RS256', rsa_public_key: cert },
      detail: { field: 'rsa_public_key', messages: ['invalid key'] },
    },
    contradiction({}),
  ],
  clashes: [twice({ key: 'k' }, 'key')],
});

describeStrictness({
  ...below('key-auth'),
  accepted: [{ body: {}, stored: { key: generated, consumer, ttl: null } }, { body: { key: 'k', ttl: 0 } }],
  refused: [
    { body: { key: '' }, detail: { field: 'key' } },
    { body: { ttl: -1 }, detail: { field: 'ttl' } },
    { body: { ttl: 100_000_001 }, detail: { field: 'ttl' } },
    contradiction({}),
  ],
  clashes: [twice({ key: 'k' }, 'key')],
});

describeStrictness({
  ...below('mtls-auth'),
  accepted: [{ body: { subject_name: 'a' }, stored: { subject_name: 'a', consumer, ca_certificate: null } }],
  refused: [missing('subject_name'), contradiction({ subject_name: 'a' })],
  clashes: [
    {
      first: { subject_name: 'a' },
      second: { subject_name: 'b', ca_certificate: { id: ids.missing } },
      message: 'ca_certificate.id (type: foreign) constraint failed',
    },
  ],
});

describe('credentials', () => {
  const names = {
    acls: 'acls',
    'basic-auth': 'basic-auths',
    jwt: 'jwts',
    'key-auth': 'key-auths',
    'hmac-auth': 'hmac-auths',
  };

  it.each(Object.entries(names))(
    'of the kind %s are read flat as %s, written below a consumer only',
    async (nested, flat) => {
      const { konnect, call } = await start();
      await using _ = konnect;
      const plane = konnect.controlPlanes()[0]?.id ?? '';
      const root = `/v2/control-planes/${plane}/core-entities`;
      konnect.putEntity(plane, 'consumers', ids.one, { username: 'ann' });
      konnect.putEntity(plane, 'consumers', ids.two, { username: 'bob' });
      const body = { ...fields[nested], tags: ['a'] };
      const made = await call('POST', `${root}/consumers/ann/${nested}`, { body });
      expect(made.status).toBe(201);
      expect(at((await call('GET', `${root}/${flat}?tags=a`)).body, 'data')).toEqual([made.body]);
      expect((await call('GET', `${root}/${flat}/${idIn(made)}`)).body).toEqual(made.body);
      expect((await call('GET', `${root}/consumers/bob/${nested}/${idIn(made)}`)).status).toBe(404);
      expect((await call('POST', `${root}/${flat}`, { body: { ...body, consumer } })).status).toBe(404);
      expect((await call('DELETE', `${root}/${flat}/${idIn(made)}`)).status).toBe(404);
      await call('DELETE', `${root}/consumers/ann`);
      expect(konnect.entities(plane, flat)).toEqual([]);
    },
  );

  const fields: Readonly<Record<string, object>> = {
    acls: { group: 'a' },
    'basic-auth': { username: 'a', password: 'p' },
    'hmac-auth': { username: 'a' },
  };

  it('keep a password that is hashed already when told so, and hash it again when not', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const plane = konnect.controlPlanes()[0]?.id ?? '';
    konnect.putEntity(plane, 'consumers', ids.one, { username: 'ann' });
    const path = `/v2/control-planes/${plane}/core-entities/consumers/ann/basic-auth/${ids.two}`;
    const put = async (password: string, query = '') =>
      at((await call('PUT', path + query, { body: { username: 'a', password } })).body, 'password');
    expect(await put('p')).toBe(hash);
    expect(await put(hash)).not.toBe(hash);
    expect(await put(hash, '?skip_hash=true')).toBe(hash);
    expect(konnect.patchEntity(plane, 'basic-auths', ids.two, { username: 'b' })['password']).toBe(hash);
    expect(konnect.patchEntity(plane, 'basic-auths', ids.two, { password: 'q' })['password']).not.toBe(hash);
  });
});

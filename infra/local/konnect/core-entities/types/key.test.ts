import { expect, it } from 'vitest';
import { describeStrictness, ids } from '../../strictness-fixture.ts';
import { keyPair, start } from '../../test-client.ts';

const { key: privateKey, publicKey, cert } = await keyPair();
const jwk = (kid: string) => JSON.stringify({ kty: 'oct', k: 'AAAA', kid });
const set = { id: ids.one };
const given = [['key-sets', ids.one, { name: 'set' }]] as const;
const oneFormat = { messages: ['Keys must be defined either in JWK or PEM format'] };

describeStrictness({
  path: 'keys',
  given,
  accepted: [
    { body: { kid: 'a', jwk: jwk('a') }, stored: { kid: 'a', jwk: jwk('a'), set: null, name: null } },
    { body: { kid: 'a', jwk: '{vault://env/jwk}' } },
    { body: { kid: 'a', name: 'n', pem: { public_key: publicKey, private_key: privateKey }, set, x5t: 'x' } },
  ],
  refused: [
    { body: { jwk: jwk('a') }, detail: { messages: ["missing properties: 'kid'"] } },
    { body: { kid: 'a' }, detail: oneFormat },
    { body: { kid: 'a', jwk: jwk('a'), pem: { public_key: publicKey } }, detail: oneFormat },
    {
      body: { kid: 'a', jwk: jwk('b') },
      detail: { field: 'jwk', messages: ['kid in jwk.kid must be equal to keys.kid'] },
    },
    { body: { kid: 'a', jwk: 'text' }, detail: { field: 'jwk', messages: ['value must be a JSON Web Key'] } },
    { body: { kid: 'a', jwk: { kid: 'a' } }, detail: { field: 'jwk', messages: ['expected string, but got object'] } },
    { body: { kid: 'a', pem: {} }, detail: { field: 'pem' } },
    {
      body: { kid: 'a', pem: { public_key: cert } },
      detail: { field: 'pem.public_key', messages: ['could not load key'] },
    },
    { body: { kid: 'a', pem: { private_key: publicKey } }, detail: { field: 'pem.private_key' } },
  ],
  clashes: [
    {
      first: { kid: 'a', jwk: jwk('a') },
      second: { kid: 'a', jwk: jwk('a') },
      message: 'kid (type: unique) constraint failed',
    },
    {
      first: { kid: 'a', jwk: jwk('a'), name: 'n' },
      second: { kid: 'b', jwk: jwk('b'), name: 'n' },
      message: 'name (type: unique) constraint failed',
    },
    {
      first: { kid: 'a', jwk: jwk('a') },
      second: { kid: 'b', jwk: jwk('b'), set: { id: ids.missing } },
      message: 'set.id (type: foreign) constraint failed',
    },
  ],
});

describeStrictness({
  path: 'key-sets',
  accepted: [{ body: {} }, { body: { name: 'set' } }],
  refused: [{ body: { name: 'a b' }, detail: { field: 'name' } }],
  clashes: [{ first: { name: 'set' }, second: { name: 'set' }, message: 'name (type: unique) constraint failed' }],
});

it('keys are served below their set and go with it', async () => {
  const { konnect, call } = await start();
  await using _ = konnect;
  const plane = konnect.controlPlanes()[0]?.id ?? '';
  const root = `/v2/control-planes/${plane}/core-entities`;
  konnect.putEntity(plane, 'key-sets', ids.one, { name: 'set' });
  konnect.putEntity(plane, 'keys', ids.two, { kid: 'loose', jwk: jwk('loose') });
  expect(await call('POST', `${root}/key-sets/set/keys`, { body: { kid: 'a', jwk: jwk('a') } })).toMatchObject({
    status: 201,
    body: { set },
  });
  expect((await call('DELETE', `${root}/key-sets/${ids.one}`)).status).toBe(204);
  expect(konnect.entities(plane, 'keys')).toMatchObject([{ kid: 'loose' }]);
});

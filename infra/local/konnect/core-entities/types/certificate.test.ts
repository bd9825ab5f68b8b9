import { expect, it } from 'vitest';
import { describeStrictness, ids } from '../../strictness-fixture.ts';
import { at, idIn, keyPair, start } from '../../test-client.ts';

const [ec, otherEc, rsa] = await Promise.all([keyPair(), keyPair(), keyPair({ type: 'RSA' })]);
const pair = { cert: ec.cert, key: ec.key };
const entity = (message: string) => ({ type: 'ERROR_TYPE_ENTITY', messages: [expect.stringContaining(message)] });

describeStrictness({
  path: 'certificates',
  accepted: [
    { body: pair },
    { body: { ...pair, cert_alt: rsa.cert, key_alt: rsa.key } },
    { body: { cert: '{vault://env/cert}', key: '{vault://env/key}' } },
    { body: { cert: rsa.cert + ec.cert, key: rsa.key } }, // a chain; the key is that of the first
  ],
  refused: [
    { body: { cert: ec.cert }, detail: entity("missing properties: 'key'") },
    { body: { ...pair, cert: 'text' }, detail: { field: 'cert', messages: ["value is not valid 'pem-encoded-cert'"] } },
    { body: { ...pair, cert: ec.publicKey }, detail: { field: 'cert' } },
    {
      body: { ...pair, key: ec.cert },
      detail: { field: 'key', messages: ["value is not valid 'pem-encoded-private-key'"] },
    },
    { body: { ...pair, key: otherEc.key }, detail: entity('certificate does not match key') },
    { body: { ...pair, cert_alt: rsa.cert }, detail: entity("'cert_alt', 'key_alt'") },
    { body: { ...pair, cert_alt: otherEc.cert, key_alt: otherEc.key }, detail: entity('need to have different type') },
    {
      body: { ...pair, cert_alt: rsa.cert, key_alt: otherEc.key },
      detail: entity('alternate certificate does not match key'),
    },
    { body: { ...pair, snis: ['a.example'] }, detail: { messages: ["additionalProperties 'snis' not allowed"] } },
  ],
});

it('identical certificates coexist; one in use stays, and no message repeats a key', async () => {
  const { konnect, call } = await start();
  await using _ = konnect;
  const plane = konnect.controlPlanes()[0]?.id ?? '';
  const root = `/v2/control-planes/${plane}/core-entities`;
  const first = idIn(await call('POST', `${root}/certificates`, { body: pair }));
  expect((await call('POST', `${root}/certificates`, { body: pair })).status).toBe(201);
  await call('POST', `${root}/certificates/${first}/snis`, { body: { name: 'a.example' } });
  const service = { host: 'h', protocol: 'https', client_certificate: { id: first } };
  await call('PUT', `${root}/services/${ids.one}`, { body: service });
  const refusal = await call('DELETE', `${root}/certificates/${first}`);
  expect(refusal).toMatchObject({ status: 400, body: { code: 3, details: [{ type: 'ERROR_TYPE_REFERENCE' }] } });
  expect(at(refusal.body, 'details', 0, 'messages', 0)).toContain('(type: foreign) as service references this value');
  const broken = await call('POST', `${root}/certificates`, { body: { ...pair, key: `${otherEc.key}x` } });
  expect(JSON.stringify(broken.body)).not.toContain(otherEc.key.slice(40, 60));
});

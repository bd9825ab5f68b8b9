import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { isSecretName, redact, redactValue, secretsIn } from './redact.ts';

describe('redact', () => {
  it('finds a secret of any length, whole or in part, and never fails with it', () => {
    const long = Array.from({ length: 60_000 }, (_, index) => `s3cret${index}\n`).join('');

    assert.equal(redact(`got '${long}'`, [long]).includes('s3cret'), false);
    assert.equal(redact(`got '${long.slice(0, 4096)}`, [long]).includes('s3cret'), false);
    assert.equal(redact('nothing of it', [long]), 'nothing of it');
  });

  for (const { text, secrets = [], is, reason } of [
    {
      text: "key: taken for value 's3cret'",
      secrets: ['s3cret'],
      is: "key: taken for value '[redacted]'",
      reason: 'a value',
    },
    {
      text: 'a+b(c) is wrong',
      secrets: ['a+b(c)'],
      is: '[redacted] is wrong',
      reason: 'signs that mean something in patterns',
    },
    { text: 'got x\ny z', secrets: ['x\r\ny'], is: 'got [redacted] z', reason: 'other line ends' },
    { text: 'got x\\ny z', secrets: ['x\ny'], is: 'got [redacted] z', reason: 'escaped line ends' },
    { text: "abacus 'ab'", secrets: ['ab'], is: "abacus '[redacted]'", reason: 'a short one only as a word' },
    {
      text: 'secret-long and secret',
      secrets: ['secret', 'secret-long'],
      is: '[redacted] and [redacted]',
      reason: 'the longer first',
    },
    { text: 'token kpat_abc and spat_DEF1', is: 'token [redacted] and [redacted]', reason: "Konnect's tokens" },
    { text: 'header Bearer abc.def-g= refused', is: 'header [redacted] refused', reason: 'an Authorization header' },
    { text: 'a -----BEGIN RSA PRIVATE KEY-----\nMII', is: 'a [redacted]', reason: 'a private key that was cut' },
    {
      text: 'a -----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY----- b',
      is: 'a [redacted] b',
      reason: 'a private key',
    },
    { text: 'a -----BEGIN CERTIFICATE-----', is: 'a -----BEGIN CERTIFICATE-----', reason: 'not a certificate' },
  ]) {
    it(`hides ${reason}`, () => assert.equal(redact(text, secrets), is));
  }

  it('leaves no secret in any text', () => {
    const secrets = fc.string({ unit: 'grapheme' }).map((text) => `§${text}§§§§§`);
    fc.assert(
      fc.property(fc.string(), secrets, fc.string(), (before, secret, after) => {
        assert.ok(!redact(before + secret + after, [secret]).includes(secret));
      }),
    );
  });
});

it('knows the names of secret fields', () => {
  for (const name of [
    'key',
    'password',
    'private_key',
    'client_secret',
    'secret',
    'jwk',
    'api_key',
    'token',
    'key_alt',
  ]) {
    assert.equal(isSecretName(name), true, name);
  }
  for (const name of ['name', 'host', 'kid', 'key_names', 'tags', 'cert', 'username', 'keyword', 'monkey']) {
    assert.equal(isSecretName(name), false, name);
  }
});

it('finds the secrets of a body at any depth', () => {
  const body = { name: 'n', key: 'k1', pem: { private_key: 'k2' }, config: [{ client_secret: ['k3', ' '] }], port: 1 };
  assert.deepEqual(secretsIn(body), ['k1', 'k2', 'k3']);
});

it('hides the secrets of a value at any depth and keeps what is none', () => {
  const value = { a: [{ password: 'x', n: 1 }], hide_credentials: true, keys: ['x'], secret: null, note: 'kpat_x' };
  assert.deepEqual(redactValue(value), {
    a: [{ password: '[redacted]', n: 1 }],
    hide_credentials: true,
    keys: '[redacted]',
    secret: null,
    note: '[redacted]',
  });
});

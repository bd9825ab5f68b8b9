import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { Terminal } from '../engine/errors.ts';
import { Sensitive } from '../sensitive.ts';
import { deserialise, secretName, serialise, tokenIn } from './stored-token.ts';

const key = { cluster: 'prod-1', namespace: 'team-a', name: 'konnect.eu' };
const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine';

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof Terminal);
    assert.equal(error.cause, undefined);
    return error.message;
  }
  return assert.fail('must be refused');
}

describe('the name of a secret', () => {
  it('says whose it is', () => {
    assert.equal(secretName('konnect-reconciler', key), 'konnect-reconciler/prod-1/team-a/konnect.eu');
  });

  for (const { reason, part } of [
    { reason: 'a cluster that reaches into another', part: { cluster: 'a/b' } },
    { reason: 'a cluster without a name', part: { cluster: '' } },
    { reason: 'a cluster that ends in a sign', part: { cluster: 'a-' } },
    { reason: 'a namespace that reaches up', part: { namespace: '..' } },
    { reason: 'a name in upper case', part: { name: 'Konnect' } },
    { reason: 'a name with a slash', part: { name: 'a/b' } },
    { reason: 'a name that is too long', part: { name: 'a'.repeat(254) } },
    { reason: 'parts that are too long together', part: { namespace: 'n'.repeat(253), name: 'a'.repeat(253) } },
  ]) {
    it(`is refused: ${reason}`, () => {
      assert.match(
        refusal(() => secretName('p', { ...key, ...part })),
        /no secret can be named/,
      );
    });
  }
});

describe('the stored value', () => {
  it('comes back as it was', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(text, text, text, (token, serverURL, organizationId) => {
        const stored = {
          token: new Sensitive(token),
          serverURL,
          organizationId,
          checkedAt: '2026-08-01T10:00:00.000Z',
        };
        const back = deserialise(serialise(stored));
        assert.ok(back?.token.equals(stored.token));
        assert.deepEqual({ ...back, token: undefined }, { ...stored, token: undefined });
      }),
    );
  });

  for (const value of [
    undefined,
    '',
    'x',
    '[]',
    '{}',
    '{"token":"t"}',
    '{"token":1,"serverURL":"s","organizationId":"o","checkedAt":"c"}',
  ]) {
    it(`is none of ours: ${value}`, () => assert.equal(deserialise(value), undefined));
  }
});

describe("a user's secret", () => {
  for (const { value, is, reason } of [
    { value: 'kpat_x', is: 'kpat_x', reason: 'plain text' },
    { value: ' kpat_x\r\n', is: 'kpat_x', reason: 'plain text with white space around' },
    { value: '{"token":"kpat_x\\n","other":1}', is: 'kpat_x', reason: 'the key token' },
    { value: '12345', is: '12345', reason: 'plain text that happens to be JSON' },
  ]) {
    it(`holds the token as ${reason}`, () => assert.equal(tokenIn(value, arn).reveal(), is));
  }

  for (const value of [undefined, '', ' \n', '{}', '{"Token":"canary"}', '{"token":""}', '{"token":{"x":"canary"}}']) {
    it(`holds none: ${value}`, () => {
      const message = refusal(() => tokenIn(value, arn));
      assert.match(message, /^arn:aws:\S+ holds no token/);
      assert.doesNotMatch(message, /canary/);
    });
  }
});

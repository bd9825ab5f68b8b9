import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { commonRules, difference, type Rules, rulesFor } from './normalise.ts';

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\nAAAA\n-----END CERTIFICATE-----\n';

interface Example {
  readonly reason: string;
  readonly desired: unknown;
  readonly observed: unknown;
  readonly rules?: Partial<Rules>;
}

const equal: readonly Example[] = [
  {
    reason: 'what Konnect adds (T14)',
    desired: { host: 'h' },
    observed: { host: 'h', port: 80, id: 'x', created_at: 1 },
  },
  { reason: 'what it adds deep inside', desired: { a: { b: 1 } }, observed: { a: { b: 1, c: 2 }, d: {} } },
  { reason: 'fields that are not set', desired: { a: undefined }, observed: { a: 1 } },
  { reason: 'null and absent', desired: { a: null }, observed: {} },
  { reason: 'an empty text and null', desired: { a: '' }, observed: { a: null } },
  { reason: 'an empty map and absent (T16)', desired: { headers: {} }, observed: {} },
  { reason: 'absent parts and empty ones', desired: { a: { b: '', c: [], d: null } }, observed: {} },
  { reason: 'an empty list and an empty map', desired: { a: [] }, observed: { a: {} } },
  { reason: 'sets in another order (T15)', desired: { tags: ['b', 'a'] }, observed: { tags: ['a', 'b'] } },
  { reason: 'sets with repetitions', desired: { methods: ['GET', 'GET'] }, observed: { methods: ['GET'] } },
  { reason: 'sets below any name', desired: { headers: { x: ['1', '2'] } }, observed: { headers: { x: ['2', '1'] } } },
  {
    reason: 'sets of objects that Konnect completes',
    desired: { ca_certificates: [{ id: '1' }, { id: '2' }] },
    observed: {
      ca_certificates: [
        { id: '2', x: 1 },
        { id: '1', x: 1 },
      ],
    },
  },
  {
    reason: 'the generation in a tag (T18)',
    desired: { tags: ['k8s-generation:2', 'k8s-uid:u'] },
    observed: { tags: ['k8s-uid:u', 'k8s-generation:1', 'konnect-managed'] },
  },
  { reason: 'only ignored tags and none', desired: { tags: ['k8s-generation:2'] }, observed: {} },
  {
    reason: "the generation and Konnect's own labels",
    desired: { labels: { 'k8s-generation': '2', team: 'a' } },
    observed: { labels: { 'k8s-generation': '1', team: 'a', 'konnect-x': 'y', _z: '1' } },
  },
  {
    reason: 'PEM with other line ends',
    desired: { cert: pem },
    observed: { cert: pem.trim().replaceAll('\n', '\r\n') },
  },
  {
    reason: 'PEM with other lines',
    desired: { cert: pem },
    observed: { cert: pem.replace('MIIB\nAAAA', '  MI \nIBAAAA') },
  },
  { reason: 'PEM with white space around', desired: { cert: `\n${pem}\n\n` }, observed: { cert: pem } },
  {
    reason: 'write-only fields (T17)',
    desired: { password: 'p' },
    observed: { password: 'hash' },
    rules: { ignored: ['password'] },
  },
  {
    reason: 'a default that is as it was',
    desired: { host: 'h' },
    observed: { port: 80 },
    rules: { ignored: ['host'], defaults: { port: 80 } },
  },
  {
    reason: 'another value than the default, where we set that',
    desired: { port: 90 },
    observed: { port: 90 },
    rules: { defaults: { port: 80 } },
  },
  {
    reason: 'null for a field that falls back',
    desired: { port: null },
    observed: { port: 80 },
    rules: { defaults: { port: 80 } },
  },
  {
    reason: 'a part that we do not set has no defaults',
    desired: {},
    observed: { a: { b: 2 } },
    rules: { defaults: { 'a.b': 1 } },
  },
  { reason: 'a default that Konnect does not tell', desired: {}, observed: {}, rules: { defaults: { path: '' } } },
];

describe('the common rules', () => {
  it.each(['tags', 'protocols', 'methods', 'hosts', 'paths', 'snis', 'ca_certificates'])(
    'take %s for a set',
    (field) => {
      assert.deepEqual(difference({ [field]: ['b', 'a'] }, { [field]: ['a', 'b'] }), []);
    },
  );

  it('take statuses of probes for sets', () => {
    const probes = (http_statuses: readonly number[]) => ({ healthchecks: { active: { healthy: { http_statuses } } } });
    assert.deepEqual(difference(probes([302, 200]), probes([200, 302])), []);
  });

  it.each(['id', 'created_at', 'updated_at'])('never compare %s', (field) => {
    assert.deepEqual(difference({ [field]: 1 }, { [field]: 2 }), []);
  });

  it('hold where a type of entity has none of its own', () => {
    assert.deepEqual(rulesFor({}), commonRules);
    assert.deepEqual(commonRules.secret, []);
  });
});

describe('difference', () => {
  for (const { reason, desired, observed, rules } of equal) {
    it(`takes as equal: ${reason}`, () => {
      assert.deepEqual(difference(desired, observed, rulesFor(rules ?? {})), []);
    });
  }
});

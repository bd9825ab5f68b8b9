import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { difference, type Rules, rulesFor } from './normalise.ts';
import { matchesAny, show } from './pattern.ts';

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

const unequal: readonly (Example & { readonly at: readonly (readonly [string, unknown, unknown])[] })[] = [
  { reason: 'a value', desired: { port: 1 }, observed: { port: 2 }, at: [['port', 1, 2]] },
  { reason: 'a value that is not there', desired: { a: { b: false } }, observed: {}, at: [['a.b', false, undefined]] },
  { reason: 'a number and its text', desired: { port: 80 }, observed: { port: '80' }, at: [['port', 80, '80']] },
  { reason: 'nothing and zero', desired: { retries: 0 }, observed: {}, at: [['retries', 0, undefined]] },
  {
    reason: 'nothing and false',
    desired: { enabled: null },
    observed: { enabled: false },
    at: [['enabled', null, false]],
  },
  {
    reason: 'a text that we empty (T21)',
    desired: { description: '' },
    observed: { description: 'old' },
    at: [['description', '', 'old']],
  },
  { reason: 'a list that we empty', desired: { hosts: [] }, observed: { hosts: ['a'] }, at: [['hosts', [], ['a']]] },
  {
    reason: 'a tag too many',
    desired: { tags: ['a'] },
    observed: { tags: ['b', 'a'] },
    at: [['tags', ['a'], ['a', 'b']]],
  },
  {
    reason: 'a tag too few',
    desired: { tags: ['a', 'b'] },
    observed: { tags: ['a'] },
    at: [['tags', ['a', 'b'], ['a']]],
  },
  {
    reason: 'a label that somebody added',
    desired: { labels: { a: '1' } },
    observed: { labels: { a: '1', 'x.y/z': '2' } },
    at: [['labels["x.y/z"]', undefined, '2']],
  },
  { reason: 'all labels gone', desired: { labels: { a: '1' } }, observed: {}, at: [['labels.a', '1', undefined]] },
  {
    reason: 'labels that we do not want any more',
    desired: { labels: {} },
    observed: { labels: { a: '1' } },
    at: [['labels.a', undefined, '1']],
  },
  {
    reason: 'the order of a list',
    desired: { config: { add: ['b', 'a'] } },
    observed: { config: { add: ['a', 'b'] } },
    at: [
      ['config.add[0]', 'b', 'a'],
      ['config.add[1]', 'a', 'b'],
    ],
  },
  {
    reason: 'the length of a list',
    desired: { targets: [{ n: 1 }] },
    observed: { targets: [] },
    at: [['targets', [{ n: 1 }], []]],
  },
  {
    reason: 'a field inside a list',
    desired: { u: [{ host: 'a' }] },
    observed: { u: [{ host: 'b', port: 1 }] },
    at: [['u[0].host', 'a', 'b']],
  },
  { reason: 'another type', desired: { a: { b: 1 } }, observed: { a: 'text' }, at: [['a', { b: 1 }, 'text']] },
  {
    reason: 'a set of objects',
    desired: { ca_certificates: [{ id: '1' }] },
    observed: { ca_certificates: [{ id: '2' }] },
    at: [['ca_certificates', [{ id: '1' }], [{ id: '2' }]]],
  },
  {
    reason: 'another certificate',
    desired: { cert: pem },
    observed: { cert: pem.replace('AAAA', 'AAAB') },
    at: [['cert', pem, pem.replace('AAAA', 'AAAB')]],
  },
  { reason: 'white space outside PEM', desired: { name: 'a' }, observed: { name: 'a ' }, at: [['name', 'a', 'a ']] },
  {
    reason: 'a secret, unsaid',
    desired: { key: 'canary' },
    observed: { key: 'canary2' },
    at: [['key', '[redacted]', '[redacted]']],
  },
  {
    reason: 'a secret by rule, unsaid',
    desired: { config: { header: ['canary'] } },
    observed: { config: { header: ['x'] } },
    rules: { secret: ['config.**'] },
    at: [['config.header[0]', '[redacted]', '[redacted]']],
  },
  {
    reason: 'a secret inside a list, unsaid',
    desired: { a: [{ password: 'canary' }] },
    observed: { a: [] },
    at: [['a', [{ password: '[redacted]' }], []]],
  },
  {
    reason: 'a secret that is not there',
    desired: { secret: 'canary' },
    observed: {},
    at: [['secret', '[redacted]', undefined]],
  },
  {
    reason: 'a default that somebody changed',
    desired: { host: 'h' },
    observed: { host: 'h', retries: 9 },
    rules: { defaults: { retries: 5 } },
    at: [['retries', 5, 9]],
  },
  {
    reason: 'a default deep inside',
    desired: { a: {} },
    observed: { a: { b: 2 } },
    rules: { defaults: { 'a.b': 1 } },
    at: [['a.b', 1, 2]],
  },
  {
    reason: 'an empty text where that is a value',
    desired: { a: '' },
    observed: {},
    rules: { empty: ['null'] },
    at: [['a', '', undefined]],
  },
  {
    reason: 'an empty map where that is a value',
    desired: { a: {} },
    observed: {},
    rules: { empty: [] },
    at: [['a', {}, undefined]],
  },
  { reason: 'inherited names', desired: { constructor: 'x' }, observed: {}, at: [['constructor', 'x', undefined]] },
];

describe('difference', () => {
  for (const { reason, desired, observed, rules } of equal) {
    it(`takes as equal: ${reason}`, () => {
      assert.deepEqual(difference(desired, observed, rulesFor(rules ?? {})), []);
    });
  }
  for (const { reason, desired, observed, rules, at } of unequal) {
    it(`sees: ${reason}`, () => {
      const found = difference(desired, observed, rulesFor(rules ?? {}));
      assert.deepEqual(
        found.map((entry) => [entry.path, entry.desired, entry.observed]),
        at,
      );
      assert.doesNotMatch(JSON.stringify(found), /canary/);
    });
  }

  const names = fc.constantFrom('tags', 'hosts', 'config', 'labels', 'name', 'a', 'b');
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, '', 0, 1, true, false, 'x', 'y'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(names, tie('value'), { maxKeys: 4 }),
    ),
  }));

  it('finds nothing between a value and itself', () => {
    fc.assert(fc.property(value, (one) => assert.deepEqual(difference(one, structuredClone(one)), [])));
  });

  it('finds nothing when Konnect adds fields of its own', () => {
    fc.assert(
      fc.property(fc.dictionary(names, value), value, (one, more) => {
        assert.deepEqual(difference(one, { ...structuredClone(one), updated: more }), []);
      }),
    );
  });

  it('finds something wherever a leaf that we set became another', () => {
    fc.assert(
      fc.property(fc.dictionary(names, value), fc.constantFrom('name', 'a', 'b'), (one, name) => {
        const found = difference({ ...one, [name]: 'ours' }, { ...one, [name]: 'theirs' });
        assert.deepEqual(found, [{ path: name, desired: 'ours', observed: 'theirs' }]);
      }),
    );
  });
});

describe('patterns', () => {
  for (const { pattern, path, is } of [
    { pattern: 'a.b', path: ['a', 'b'], is: true },
    { pattern: 'a.b', path: ['a'], is: false },
    { pattern: 'a', path: ['a', 'b'], is: false },
    { pattern: 'a.*.c', path: ['a', '0', 'c'], is: true },
    { pattern: 'a.*', path: ['a'], is: false },
    { pattern: 'a.x*', path: ['a', 'xyz'], is: true },
    { pattern: 'a.x*', path: ['a', 'ax'], is: false },
    { pattern: '**.c', path: ['a', 'b', 'c'], is: true },
    { pattern: '**.c', path: ['c'], is: true },
    { pattern: 'a.**', path: ['a', 'b', 'c'], is: true },
    { pattern: '**', path: [], is: true },
  ]) {
    it(`${pattern} ${is ? 'names' : 'does not name'} ${path.join('/')}`, () =>
      assert.equal(matchesAny([pattern], path), is));
  }

  it('shows a path as one reads it', () => {
    assert.equal(show(['config', 'hosts', '0', 'name', 'a.b/c']), 'config.hosts[0].name["a.b/c"]');
    assert.equal(show([]), '');
  });
});

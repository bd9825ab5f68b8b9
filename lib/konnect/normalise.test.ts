import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { difference, type Rules, rulesFor } from './normalise.ts';

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\nAAAA\n-----END CERTIFICATE-----\n';

interface Example {
  readonly reason: string;
  readonly desired: unknown;
  readonly observed: unknown;
  readonly rules?: Partial<Rules>;
}

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
  {
    reason: 'null where that is a value',
    desired: { a: null },
    observed: {},
    rules: { empty: [] },
    at: [['a', null, undefined]],
  },
  { reason: 'a list and a text', desired: { a: ['b'] }, observed: { a: 'b' }, at: [['a', ['b'], 'b']] },
  { reason: 'a certificate that is gone', desired: { cert: pem }, observed: {}, at: [['cert', pem, undefined]] },
  { reason: 'a certificate and a number', desired: { cert: pem }, observed: { cert: 1 }, at: [['cert', pem, 1]] },
  {
    reason: 'two objects in place of one in a set',
    desired: { snis: [{ id: 1 }] },
    observed: {
      snis: [
        { id: 1, x: 1 },
        { id: 1, x: 2 },
      ],
    },
    at: [
      [
        'snis',
        [{ id: 1 }],
        [
          { id: 1, x: 1 },
          { id: 1, x: 2 },
        ],
      ],
    ],
  },
  {
    reason: 'an object of a set that none is like, beside one that all are like',
    desired: { snis: [{ id: 1 }, { id: 1, x: 2 }] },
    observed: {
      snis: [
        { id: 1, x: 1 },
        { id: 1, x: 3 },
      ],
    },
    at: [
      [
        'snis',
        [{ id: 1, x: 2 }, { id: 1 }],
        [
          { id: 1, x: 1 },
          { id: 1, x: 3 },
        ],
      ],
    ],
  },
  {
    reason: 'a secret below another name, unsaid',
    desired: { config: { password: 'canary' } },
    observed: { config: { password: 'canary2' } },
    at: [['config.password', '[redacted]', '[redacted]']],
  },
  { reason: 'inherited names', desired: { constructor: 'x' }, observed: {}, at: [['constructor', 'x', undefined]] },
];

describe('difference', () => {
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
});

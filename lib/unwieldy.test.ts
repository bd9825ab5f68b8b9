import assert from 'node:assert/strict';
import { it } from 'vitest';
import { isUnwieldy } from './unwieldy.ts';

function nested(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels));
}

it('says of any value whether it is nested too deeply, however deep', () => {
  assert.equal(isUnwieldy(nested(200)), false);
  assert.equal(isUnwieldy({ items: [nested(150), { one: nested(150) }] }), false);
  assert.equal(isUnwieldy(nested(203)), true);
  assert.equal(isUnwieldy({ a: [{ b: nested(100_000) }] }), true);
  for (const flat of [null, undefined, 1, 'text', [], {}]) assert.equal(isUnwieldy(flat), false);
});

it('says of one that holds the same again and again that it is too much, without walking all of it', () => {
  const bomb = Array.from({ length: 40 }).reduce<unknown>((inner) => Array.from({ length: 10 }, () => inner), 'lol');
  assert.equal(isUnwieldy(bomb), true);
  assert.equal(isUnwieldy(Array.from({ length: 100_000 }, (_, index) => ({ index }))), false);
});

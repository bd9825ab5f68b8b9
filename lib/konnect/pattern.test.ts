import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { matchesAny, show } from './pattern.ts';

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

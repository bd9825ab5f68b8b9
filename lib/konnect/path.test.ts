import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { Terminal } from '../engine/errors.ts';
import { pathOf } from './path.ts';

describe('pathOf', () => {
  it('puts the values in their places, encoded', () => {
    const [id, name] = ['7f9f', 'a b?c#d%2F'];
    assert.equal(pathOf`/v2/control-planes/${id}/keys/${name}`, '/v2/control-planes/7f9f/keys/a%20b%3Fc%23d%252F');
    assert.equal(pathOf`/v3/organizations/me`, '/v3/organizations/me');
  });

  for (const value of ['', '.', '..', '/', 'a/b', '../x', 'a\\b', '\ud800']) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(
        () => pathOf`/v2/${value}/x`,
        (error) => error instanceof Terminal && /after "\/v2\/"/.test(error.message),
      );
    });
  }

  it('keeps every value inside its own segment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        fc.pre(!/[/\\]|^\.{1,2}$/.test(value));
        const { pathname, search, hash } = new URL(`https://host${pathOf`/a/${value}/b`}`);
        const [, , segment = '', last] = pathname.split('/');
        assert.deepEqual([decodeURIComponent(segment), last, search, hash], [value, 'b', '', '']);
      }),
    );
  });
});

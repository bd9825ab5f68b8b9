import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { difference } from './normalise.ts';

describe('difference, of any value', () => {
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

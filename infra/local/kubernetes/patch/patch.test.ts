import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge.ts';

// RFC 7386, appendix A.
const mergeExamples: readonly (readonly [Json, Json, Json])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

describe('a merge patch', () => {
  it.each(mergeExamples)('of %j by %j gives %j', (target, patch, wanted) => {
    expect(mergePatch(target, patch)).toEqual(wanted);
  });

  it('changes nothing the second time, and never its input', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(value, value, (target, patch) => {
        const before = structuredClone(target);
        const once = mergePatch(target as Json, patch as Json);
        expect(mergePatch(once, patch as Json)).toEqual(once);
        expect(target).toEqual(before);
      }),
    );
  });
});

// RFC 6902, appendix A, and what the RFC says about failures.
const applied: readonly (readonly [Json, Json, Json])[] = [
  [{ foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
  [{ foo: ['bar', 'baz'] }, [{ op: 'add', path: '/foo/1', value: 'qux' }], { foo: ['bar', 'qux', 'baz'] }],
  [{ baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
  [{ foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
  [{ baz: 'qux' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo' }],
  [{ a: { b: 1 }, c: {} }, [{ op: 'move', from: '/a/b', path: '/c/d' }], { a: {}, c: { d: 1 } }],
  [{ foo: ['a', 'b', 'c'] }, [{ op: 'move', from: '/foo/0', path: '/foo/2' }], { foo: ['b', 'c', 'a'] }],
  [{ a: { b: [1] } }, [{ op: 'copy', from: '/a/b', path: '/c' }], { a: { b: [1] }, c: [1] }],
  [
    { '/': 9, '~1': 10 },
    [
      { op: 'test', path: '/~01', value: 10 },
      { op: 'remove', path: '/~1' },
    ],
    { '~1': 10 },
  ],
  [{ foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['abc'] }], { foo: ['bar', ['abc']] }],
  [{ a: 1 }, [{ op: 'add', path: '/a', value: null }], { a: null }],
  [{ a: 1 }, [], { a: 1 }],
];

const refused: readonly (readonly [Json, Json])[] = [
  [{ foo: 'bar' }, [{ op: 'add', path: '/baz/bat', value: 'qux' }]],
  [{ foo: 'bar' }, [{ op: 'remove', path: '/baz' }]],
  [{ foo: 'bar' }, [{ op: 'replace', path: '/baz', value: 1 }]],
  [{ foo: ['a'] }, [{ op: 'add', path: '/foo/2', value: 'b' }]],
  [{ foo: ['a'] }, [{ op: 'remove', path: '/foo/1' }]],
  [{ foo: ['a'] }, [{ op: 'add', path: '/foo/x', value: 'b' }]],
  [{ baz: 'qux' }, [{ op: 'test', path: '/baz', value: 'bar' }]],
  [{ a: 1 }, [{ op: 'move', from: '/b', path: '/c' }]],
  [{ a: 1 }, [{ op: 'zap', path: '/a' }]],
  [{ a: 1 }, [{ op: 'add', value: 1 }]],
  [{ a: 1 }, { op: 'add', path: '/b', value: 1 }],
];

describe('a JSON patch', () => {
  it.each(applied)('turns %j with %j into %j', (target, patch, wanted) => {
    expect(jsonPatch(target as { readonly [key: string]: Json }, patch)).toEqual(wanted);
  });

  it.each(refused)('is refused for %j with %j', (target, patch) => {
    const apply = (): Json => jsonPatch(target as { readonly [key: string]: Json }, patch);
    expect(apply).toThrow('the server rejected our request due to an error in our request');
  });

  it('has a limit', () => {
    const patch = Array.from({ length: 10_001 }, () => ({ op: 'add', path: '/a', value: 1 }));
    expect(() => jsonPatch({}, patch)).toThrow('The allowed maximum operations in a JSON patch is 10000, got 10001');
  });
});

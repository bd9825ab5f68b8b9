import { describe, expect, it } from 'vitest';
import { patched, pointerParts } from './config-patch.ts';

const cases = [
  { reason: 'a new field', config: {}, path: '/key', wanted: { key: 1 } },
  { reason: 'a field that is there', config: { key: 0, other: 2 }, path: '/key', wanted: { key: 1, other: 2 } },
  {
    reason: 'a map on the way',
    config: { redis: { port: 1 } },
    path: '/redis/host',
    wanted: { redis: { port: 1, host: 1 } },
  },
  { reason: 'maps that have to be made', config: {}, path: '/a/b/c', wanted: { a: { b: { c: 1 } } } },
  { reason: 'a null on the way', config: { a: null }, path: '/a/b', wanted: { a: { b: 1 } } },
  { reason: 'into a list, before', config: { list: [8, 9] }, path: '/list/1', wanted: { list: [8, 1, 9] } },
  { reason: 'into a list, at its end', config: { list: [8] }, path: '/list/1', wanted: { list: [8, 1] } },
  { reason: 'into a list, behind all', config: { list: [8] }, path: '/list/-', wanted: { list: [8, 1] } },
  { reason: 'within an item of a list', config: { list: [{ a: 0 }] }, path: '/list/0/a', wanted: { list: [{ a: 1 }] } },
  { reason: 'a name with a slash and a tilde', config: {}, path: '/a~1b~0c', wanted: { 'a/b~c': 1 } },
  { reason: 'a name that every object has', config: {}, path: '/toString', wanted: { toString: 1 } },
] as const;

const wrong = [
  { reason: 'no slash at the start', config: {}, path: 'key' },
  { reason: 'the whole', config: {}, path: '' },
  { reason: 'below a text', config: { a: 'text' }, path: '/a/b' },
  { reason: 'behind the end of a list', config: { list: [8] }, path: '/list/2' },
  { reason: 'within an item that is not there', config: { list: [8] }, path: '/list/1/a' },
  { reason: 'below the end of a list', config: { list: [{}] }, path: '/list/-/a' },
  { reason: 'no position', config: { list: [8] }, path: '/list/01' },
] as const;

describe('a patch of a configuration', () => {
  it.each(cases)('adds $reason', ({ config, path, wanted }) => {
    const before = structuredClone(config);

    expect(patched(config, path, 1)).toEqual(wanted);

    expect(config).toEqual(before);
  });

  it.each(wrong)('is refused: $reason', ({ config, path }) => {
    expect(() => patched(config, path, 'hidden')).toThrow(`the path ${path} of a config patch`);
    expect(() => patched(config, path, 'hidden')).not.toThrow('hidden');
  });

  it('makes no prototype', () => {
    const made = patched({}, '/__proto__/polluted', true);

    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Object.hasOwn(made, '__proto__')).toBe(true);
  });

  it('knows the parts of its path', () => {
    expect(pointerParts('/a~1b/~01')).toEqual(['a/b', '~1']);
  });
});

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'vitest';
import { type Cache, createCache } from './cache.ts';

let seconds = 0;
let reads: string[] = [];
let cache: Cache<string>;

beforeEach(() => {
  seconds = 0;
  reads = [];
  cache = createCache(60, { now: () => new Date(seconds * 1000) });
});

function get(key: string, value: string | undefined = 'v'): Promise<string | undefined> {
  return cache.get(key, async () => {
    reads.push(key);
    return value;
  });
}

describe('the cache', () => {
  it('reads once in its time, and again after it', async () => {
    for (const at of [0, 30, 59.9]) {
      seconds = at;
      assert.equal(await get('a'), 'v');
    }
    assert.deepEqual(reads, ['a']);
    seconds = 60;
    await get('a');
    assert.deepEqual(reads, ['a', 'a']);
  });

  it('makes reads at the same time one read', async () => {
    assert.deepEqual(await Promise.all([get('a'), get('a'), get('b')]), ['v', 'v', 'v']);
    assert.deepEqual(reads, ['a', 'b']);
  });

  it('remembers neither failures nor what is not there', async () => {
    await assert.rejects(
      cache.get('a', () => Promise.reject(new Error('down'))),
      /down/,
    );
    assert.equal(await cache.get('a', async () => undefined), undefined);
    assert.equal(await get('a'), 'v');
    assert.deepEqual(reads, ['a']);
  });

  it('forgets what is being read as well', async () => {
    const slow = Promise.withResolvers<string>();
    const first = cache.get('a', () => slow.promise);
    cache.forget('a');
    slow.resolve('old');
    assert.equal(await first, 'old');
    assert.equal(await get('a', 'new'), 'new');
    assert.equal(await get('a', 'newer'), 'new');
  });

  it('does not let a failed read drop what was set meanwhile', async () => {
    const slow = Promise.withResolvers<string>();
    const first = cache.get('a', () => slow.promise);
    cache.set('a', 'set');
    slow.reject(new Error('down'));
    await assert.rejects(first, /down/);
    assert.equal(await get('a'), 'set');
  });

  it('drops the key that was not used for longest when it is full', async () => {
    for (let index = 0; index < 500; index += 1) await get(`k${index}`);
    await get('k0');
    await get('one more');
    reads = [];
    await get('k0');
    await get('k1');
    assert.deepEqual(reads, ['k1']);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { KonnectError } from '../engine/errors.ts';
import { walk } from './list.ts';
import { BodyTooLarge } from './transport.ts';

type Query = Readonly<Record<string, string>>;
const core = '/v2/control-planes/c/core-entities/services';
const platform = '/v2/control-planes';

function entities(count: number): readonly { readonly id: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `e${index}` }));
}
function tooLarge(): KonnectError {
  return new KonnectError('too large', { failure: 'unintelligible', cause: new BodyTooLarge() });
}
/** Servers of each paging style over the same items. */
const styles = {
  'page number': (all: readonly unknown[], query: Query) => {
    const [size, number] = [Number(query['page[size]']), Number(query['page[number]'] ?? 1)];
    return { meta: { page: { number, size, total: all.length } }, data: all.slice((number - 1) * size, number * size) };
  },
  cursor: (all: readonly unknown[], query: Query) => {
    const [size, from] = [Number(query['page[size]']), Number(query['page[after]'] ?? 0)];
    const next = from + size < all.length ? `/x?page%5Bafter%5D=${from + size}&page%5Bsize%5D=${size}` : null;
    return {
      meta: { page: { size, next, ...(from === 0 ? { total: all.length } : {}) } },
      data: all.slice(from, from + size),
    };
  },
  offset: (all: readonly unknown[], query: Query) => {
    const [size, from] = [Number(query['size']), Number(query['offset'] ?? 0)];
    const more =
      from + size < all.length ? { offset: String(from + size), next: `/x?offset=${from + size}` } : { next: null };
    return { data: all.slice(from, from + size), ...more };
  },
  items: (all: readonly unknown[], query: Query) => {
    const [size, from] = [Number(query['page[size]']), Number(query['page[after]'] ?? 0)];
    const next = from + size < all.length ? { next: String(from + size) } : {};
    return { items: all.slice(from, from + size), page: { total_count: all.length, ...next } };
  },
} as const;

async function collect(path: string, query: Query, get: (query: Query) => unknown): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for await (const item of walk(path, query, async (asked) => get(asked))) items.push(item);
  return items;
}

describe('walk', () => {
  for (const [style, serve] of Object.entries(styles)) {
    const path = style === 'offset' ? core : platform;
    const sized = style === 'offset' ? 'size' : 'page[size]';
    it(`gives all items in order: ${style}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 12 }), async (count, size) => {
          const all = entities(count);
          assert.deepEqual(await collect(path, { [sized]: String(size) }, (query) => serve(all, query)), all);
        }),
      );
    });
  }

  it('asks for the largest pages and keeps the filters on each of them', async () => {
    const asked: Query[] = [];
    await collect(core, { tags: 'k8s-uid:u' }, (query) => {
      asked.push(query);
      return styles.offset(entities(1500), query);
    });
    assert.deepEqual(asked, [
      { tags: 'k8s-uid:u', size: '1000' },
      { tags: 'k8s-uid:u', size: '1000', offset: '1000' },
    ]);
    await collect(platform, {}, (query) => {
      assert.deepEqual(query, { 'page[size]': '100' });
      return styles['page number']([], query);
    });
  });

  it('adds no paging where a path has none', async () => {
    const items = await collect('/v2/control-planes/c/dp-client-certificates', {}, (query) => {
      assert.deepEqual(query, {});
      return { items: entities(3), page: { total_count: 3 } };
    });
    assert.equal(items.length, 3);
  });

  it('goes by the size that the server took, not the one asked for', async () => {
    const all = entities(35);
    const clamped = (query: Query) => styles['page number'](all, { ...query, 'page[size]': '10' });
    assert.deepEqual(await collect(platform, {}, clamped), all);
  });

  it('pages without a total until a page is not full', async () => {
    const pages = [entities(2), entities(3).slice(2)];
    const serve = (query: Query) => {
      const number = Number(query['page[number]'] ?? 1);
      return { meta: { page: { number, size: 2 } }, data: pages[number - 1] };
    };
    assert.deepEqual(await collect(platform, {}, serve), entities(3));
  });

  it('gives an item once though it shifts to the next page', async () => {
    const pages: Record<string, unknown> = {
      '1': { meta: { page: { number: 1, size: 2, total: 3 } }, data: [{ id: 'a' }, { id: 'b' }] },
      '2': { meta: { page: { number: 2, size: 2, total: 4 } }, data: [{ id: 'b' }, { id: 'c' }] },
    };
    const items = await collect(platform, {}, (query) => pages[query['page[number]'] ?? '1']);
    assert.deepEqual(items, [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  });

  it('gives items that have no id all the same', async () => {
    assert.deepEqual(await collect(platform, {}, () => ({ data: [1, 1, { x: 1 }, { x: 1 }] })), [
      1,
      1,
      { x: 1 },
      { x: 1 },
    ]);
  });

  it('asks for a smaller page where one is too large to be read', async () => {
    const all = entities(25);
    const sizes: string[] = [];
    const items = await collect(core, {}, (query) => {
      sizes.push(query['size'] ?? '');
      if (Number(query['size']) > 10) throw tooLarge();
      return styles.offset(all, query);
    });
    assert.deepEqual(items, all);
    assert.deepEqual(sizes, ['1000', '100', '10', '10', '10']);
  });

  it('gives up where even one item is too large', async () => {
    await assert.rejects(
      collect(core, {}, () => Promise.reject(tooLarge())),
      { message: 'too large' },
    );
  });

  it('fetches no page before its items are wanted', async () => {
    let calls = 0;
    const all = walk(core, {}, async (query) => {
      calls += 1;
      return styles.offset(entities(3000), query);
    });
    await all.next();
    assert.equal(calls, 1);
  });

  for (const { reason, answer, says } of [
    { reason: 'an answer without a list', answer: { id: 'x' }, says: /is no list/ },
    { reason: 'an answer that is a list itself', answer: [], says: /is no list/ },
    { reason: 'the same offset again and again', answer: { data: [{ id: 'a' }], offset: 'x' }, says: /comes back/ },
    {
      reason: 'a page number that is ignored',
      answer: { meta: { page: { number: 1, size: 1, total: 9 } }, data: [1] },
      says: /comes back/,
    },
    { reason: 'fewer items than promised', answer: { items: [1], page: { total_count: 2 } }, says: /gives 1 of 2/ },
    {
      reason: 'no items though some are promised',
      answer: { meta: { page: { number: 1, size: 10, total: 3 } }, data: [] },
      says: /gives 0 of 3/,
    },
  ]) {
    it(`refuses ${reason}`, async () => {
      await assert.rejects(
        collect(core, {}, () => answer),
        (error) => error instanceof KonnectError && error.failure === 'unintelligible' && says.test(error.message),
      );
    });
  }

  it('ends a list that never ends', async () => {
    let page = 0;
    const endless = () => {
      page += 1;
      return { data: [], offset: String(page) };
    };
    await assert.rejects(collect(core, {}, endless), /more than 1000 pages/);
  });
});

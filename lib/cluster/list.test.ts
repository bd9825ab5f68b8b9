import { describe, expect, it } from 'vitest';
import { depot } from '../forward/fixture.ts';
import { failure } from './fixture.ts';
import { listPages, type Page } from './list.ts';

const item = (name: string): unknown => ({ metadata: { name, namespace: 'default', uid: name, resourceVersion: '1' } });

/** The items of a page, and the `continue` token that it ends with. */
type Told = readonly [items: readonly unknown[], next?: string];

/** Lists from a server that answers to each token, the empty one first, as told. */
async function list(told: Readonly<Record<string, Told>>): Promise<readonly Page[]> {
  const pages = listPages(
    async ({ query }) => {
      const [items, next] = told[query?.['continue'] ?? ''] ?? [[]];
      return { status: 200, body: JSON.stringify({ metadata: { resourceVersion: '7', continue: next }, items }) };
    },
    'prod',
    { resource: depot.resource },
    () => new Date(0),
  );
  return await Array.fromAsync(pages);
}

describe('a list in pages', () => {
  it('goes on until a page has no token', async () => {
    const pages = await list({ '': [[item('a'), item('b')], 'two'], two: [[item('c')], 'three'], three: [[]] });
    expect(pages.map(({ objects }) => objects.map(({ metadata }) => metadata.name))).toEqual([['a', 'b'], ['c'], []]);
    expect(pages.map(({ resourceVersion }) => resourceVersion)).toEqual(['7', '7', '7']);
  });

  it.each([
    ['to itself', { '': [[], 'two'], two: [[], 'two'] }],
    ['to an earlier one', { '': [[], 'two'], two: [[], 'three'], three: [[], 'two'] }],
  ] satisfies [string, Record<string, Told>][])('ends with an error where a page leads %s', async (_, told) => {
    const { message } = await failure(list(told));
    expect(message).toBe('list Depot in cluster "prod": the list comes back to a page that it gave before');
  });

  it('counts what is no object, and gives the others', async () => {
    const [page] = await list({ '': [[item('a'), null, 'b', {}, { metadata: { name: 7 } }, item('c')]] });
    expect(page?.objects.map(({ metadata }) => metadata.name)).toEqual(['a', 'c']);
    expect(page?.unreadable).toBe(4);
  });
});

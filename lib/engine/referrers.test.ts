import { describe, expect, it } from 'vitest';
import { book, objectOf, owner, ownerRef, runOn, shelf, shelfRef } from '../../test/memory/refs.ts';
import type { Kind } from '../kinds/define.ts';
import { referrersOf, within } from './refs.ts';

describe('who refers to an object', () => {
  it('is nobody of a ref that does not hold, or of a ref to another kind with an object of that name', async () => {
    const loose: Kind = { ...shelf, refs: [{ ...ownerRef, holds: false }] };
    const many: Kind = {
      ...book,
      refs: [
        { ...shelfRef, targets: () => [{ name: 'o' }] },
        { ...ownerRef, targets: () => [{ name: 'x' }] },
      ],
    };
    const objects = [objectOf('Shelf', 's', { owner: 'o' }), objectOf('Book', 'b')];
    const { run } = runOn(owner, objectOf('Owner', 'o'), objects, undefined, [owner, loose, many]);

    expect(await referrersOf(run)).toEqual([]);
  });

  it('is one of several targets as well', async () => {
    const many: Kind = { ...shelf, refs: [{ ...ownerRef, targets: () => [{ name: 'x' }, { name: 'o' }] }] };
    const { run } = runOn(owner, objectOf('Owner', 'o'), [objectOf('Shelf', 's')], undefined, [owner, many]);

    expect((await referrersOf(run)).map(({ object }) => object.metadata.name)).toEqual(['s']);
  });

  it.each([
    { who: 'an object in no namespace', own: false, refers: true },
    { who: 'objects in no namespace', own: true, refers: false },
  ])('is looked for in all namespaces for $who', async ({ own, refers }) => {
    const kind: Kind = {
      ...shelf,
      resource: { ...shelf.resource, namespaced: refers },
      refs: [{ ...ownerRef, targets: () => [{ name: 'o', ...(own ? { namespace: 'team' } : {}) }] }],
    };
    const shelfThere = objectOf('Shelf', 's', {}, 'elsewhere');
    if (!refers) Reflect.deleteProperty(shelfThere.metadata, 'namespace');
    const target = objectOf('Owner', 'o');
    if (!own) Reflect.deleteProperty(target.metadata, 'namespace');
    const listed: unknown[] = [];
    const { run } = runOn(owner, target, [], undefined, [owner, kind]);
    const cluster = {
      ...run.cluster,
      list: async (_: unknown, selection: unknown) => {
        listed.push(selection);
        return [shelfThere];
      },
    };

    const found = await referrersOf({ ...run, cluster } as unknown as typeof run);

    expect(listed).toEqual([{}]);
    expect(found).toHaveLength(own ? 1 : 0);
  });
});

describe('within', () => {
  it.each([
    [{ name: 'a' }, 'team', { name: 'a', namespace: 'team' }],
    [{ name: 'a', namespace: 'other' }, 'team', { name: 'a', namespace: 'other' }],
    [{ name: 'a' }, undefined, { name: 'a' }],
  ])('%j of an object in %s is %j', (key, namespace, expected) => {
    const object = objectOf('Book', 'b');
    if (namespace === undefined) Reflect.deleteProperty(object.metadata, 'namespace');

    expect(within(object, key)).toStrictEqual(expected);
  });
});

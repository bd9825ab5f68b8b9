import { describe, expect, it } from 'vitest';
import { book, objectOf, owner, runOn, shelf } from '../../test/memory/refs.ts';
import { ClusterError, Wait } from './errors.ts';
import { findRefs, referrersOf, requireRefs, resolveAll } from './refs.ts';

describe('requireRefs', () => {
  it('resolves in the order of the declaration, and what goes through another one from there', async () => {
    const objects = [objectOf('Shelf', 's', { owner: 'o' }), objectOf('Owner', 'o')];
    const { run, read, report } = runOn(book, objectOf('Book', 'b', { shelf: 's', owner: 'other' }), objects);

    const refs = await requireRefs(run);

    expect(read).toEqual(['Shelf team/s', 'Owner team/o']);
    expect(refs.get('owner')?.object?.metadata.name).toBe('o');
    expect(report.facts.map(({ type, status }) => `${type} ${status}`)).toEqual(['shelfValid True', 'ownerValid True']);
  });

  it('T48 looks where the object lives that holds the reference', async () => {
    const objects = [
      objectOf('Shelf', 's', { owner: 'o' }, 'library'),
      objectOf('Owner', 'o', {}, 'library'),
      objectOf('Owner', 'o', {}, 'team'),
    ];
    const { run } = runOn(book, objectOf('Book', 'b', { shelf: 'library/s' }), objects);

    const refs = await requireRefs(run);

    expect(refs.get('owner')?.object?.metadata.namespace).toBe('library');
  });

  it('T46 waits at the first that is missing, asks for nothing behind it, and names it', async () => {
    const { run, read, report } = runOn(book, objectOf('Book', 'b', { shelf: 's' }), []);

    await expect(requireRefs(run)).rejects.toThrow(Wait);
    await expect(requireRefs(run)).rejects.toThrow('no shelf s');

    expect(new Set(read)).toEqual(new Set(['Shelf team/s']));
    expect(report.facts).toEqual([{ type: 'shelfValid', status: 'False', reason: 'Invalid', message: 'no shelf s' }]);
  });

  it('a reference that is unset is none to wait for', async () => {
    const { run, read } = runOn(book, objectOf('Book', 'b'), []);

    expect((await requireRefs(run)).size).toBe(0);

    expect(read).toEqual([]);
  });

  it('an API server in trouble is no missing object', async () => {
    const trouble = new ClusterError('away', { status: 503 });
    const { run, report } = runOn(book, objectOf('Book', 'b', { shelf: 's' }), [], trouble);

    await expect(requireRefs(run)).rejects.toBe(trouble);

    expect(report.facts).toEqual([]);
  });
});

describe('findRefs', () => {
  it('T25 finds what it can, and judges nothing', async () => {
    const { run, report } = runOn(book, objectOf('Book', 'b', { shelf: 's', owner: 'o' }), [objectOf('Owner', 'o')]);

    const refs = await findRefs(run);

    expect(refs.get('shelf')).toMatchObject({ key: { namespace: 'team', name: 's' } });
    expect(refs.get('shelf')).not.toHaveProperty('object');
    expect(refs.get('owner')?.object?.metadata.name).toBe('o');
    expect(report.facts).toEqual([]);
  });
});

describe('resolveAll', () => {
  it('has every target, in order, whether it is there or not', async () => {
    const { run } = runOn(book, objectOf('Book', 'b', { friends: ['x', 'y'] }), [objectOf('Book', 'y')]);

    const all = await resolveAll(run, 'friends');

    expect(all.map(({ key, object }) => [key.name, object?.metadata.name])).toEqual([
      ['x', undefined],
      ['y', 'y'],
    ]);
    expect(await resolveAll(run, 'unheard of')).toEqual([]);
  });
});

describe('referrersOf', () => {
  it('T49 finds who refers to the object, and nobody who means another of its name', async () => {
    const objects = [
      objectOf('Shelf', 's1', { owner: 'o' }),
      objectOf('Shelf', 's2', { owner: 'somebody' }),
      objectOf('Shelf', 's3', { owner: 'elsewhere/o' }),
      objectOf('Shelf', 's4', { owner: 'o' }, 'elsewhere'),
      objectOf('Book', 'b', { owner: 'o' }),
    ];
    const { run } = runOn(owner, objectOf('Owner', 'o'), objects);

    const referrers = await referrersOf(run);

    expect(referrers.map(({ object }) => object.metadata.name)).toEqual(['s1', 'b']);
    expect(referrers.map(({ kind }) => kind)).toEqual([shelf, book]);
  });
});

import { describe, expect, it } from 'vitest';
import { book, friends, objectOf, owner, ownerRef, runOn, shelf, shelfRef } from '../../test/memory/refs.ts';
import type { ConditionFact, Kind, Ref } from '../kinds/define.ts';
import { Wait } from './errors.ts';
import { controlPlaneKindOf, findRefs, requireRefs } from './refs.ts';

/* Books whose refs are declared otherwise than those of refs.test.ts. */

function bookWith(...refs: readonly Ref[]): Kind {
  return { ...book, refs };
}

const names = (refs: ReadonlyMap<string, unknown>) => [...refs.keys()];

describe('controlPlaneKindOf', () => {
  it('is the kind that refs of the name controlPlane lead to', () => {
    const plane = { resource: { kind: 'Plane' }, refs: [] };
    const route = {
      resource: { kind: 'Route' },
      refs: [
        { name: 'owner', kind: 'Owner' },
        { name: 'controlPlane', kind: 'Plane' },
      ],
    };
    const kinds = [owner, route, plane] as unknown as readonly Kind[];

    expect(controlPlaneKindOf({ kinds })).toBe(plane);
  });

  it('has to be there', () => {
    expect(() => controlPlaneKindOf({ kinds: [owner, shelf] })).toThrow(
      'no kind has a ref named controlPlane to another kind',
    );
  });
});

describe('refs', () => {
  const held = [objectOf('Owner', 'o'), objectOf('Owner', 'p'), objectOf('Shelf', 's')];

  it('that are deferred are left to those who ask for them', async () => {
    const { run, read } = runOn(book, objectOf('Book', 'b', { friends: ['x'] }), [objectOf('Book', 'x')]);

    expect(names(await requireRefs(run))).toEqual([]);
    expect(names(await findRefs(run))).toEqual([]);
    expect(read).toEqual([]);
  });

  it('of one name are two ways to the same thing: the first that leads somewhere counts', async () => {
    const second: Ref = { ...ownerRef, targets: () => [{ name: 'p' }] };
    const kind = bookWith(ownerRef, second);
    for (const resolve of [requireRefs, findRefs]) {
      const { run, read } = runOn(kind, objectOf('Book', 'b', { owner: 'o' }), held);
      expect((await resolve(run)).get('owner')?.key.name).toBe('o');
      expect(read).toEqual(['Owner team/o']);
      const unset = runOn(kind, objectOf('Book', 'b'), held);
      expect((await resolve(unset.run)).get('owner')?.key.name).toBe('p');
    }
  });

  it('that are unread are names: nobody looks, and nobody judges', async () => {
    const { run, read, report } = runOn(
      bookWith({ ...ownerRef, unread: true }),
      objectOf('Book', 'b', { owner: 'none' }),
      [],
    );

    expect((await requireRefs(run)).get('owner')).toEqual({
      ref: expect.anything(),
      key: { namespace: 'team', name: 'none' },
    });
    expect(read).toEqual([]);
    expect(report.facts).toEqual([]);
  });

  it('through another are their own where that has none, or is not there', async () => {
    const through: Ref = { ...ownerRef, through: 'shelf' };
    for (const objects of [held, held.slice(0, 2)]) {
      const { run } = runOn(
        bookWith({ ...shelfRef, judge: () => ({ usable: true, conditions: [] }) }, through),
        objectOf('Book', 'b', { shelf: 's', owner: 'o' }),
        objects,
      );
      expect((await requireRefs(run)).get('owner')?.key.name).toBe('o');
    }
    const plain: Kind = { ...shelf, refs: [friends] };
    const { run } = runOn(
      bookWith(shelfRef, through),
      objectOf('Book', 'b', { shelf: 's', owner: 'o' }),
      held,
      undefined,
      [owner, plain, book],
    );
    expect((await requireRefs(run)).get('owner')?.key.name).toBe('o');
  });

  it('through another follow the ref of their own name there, whatever comes before it', async () => {
    const keeper: Ref = { ...ownerRef, name: 'keeper', targets: () => [{ name: 'p' }] };
    const kept: Kind = { ...shelf, refs: [keeper, ownerRef] };
    const objects = [...held.slice(0, 2), objectOf('Shelf', 's', { owner: 'o' })];
    const kind = bookWith(shelfRef, { ...ownerRef, through: 'shelf' });
    const { run } = runOn(kind, objectOf('Book', 'b', { shelf: 's' }), objects, undefined, [owner, kept, kind]);

    expect((await requireRefs(run)).get('owner')?.key.name).toBe('o');
  });

  it('to a kind that is not registered are a mistake of ours, and said so', async () => {
    const { run } = runOn(bookWith({ ...ownerRef, kind: 'Landlord' }), objectOf('Book', 'b', { owner: 'o' }), held);

    await expect(requireRefs(run)).rejects.toThrow('Book refers to the kind Landlord, which is not registered');
  });

  it('are read by whoever remembers what was read, where there is one', async () => {
    const { run, read } = runOn(bookWith(ownerRef), objectOf('Book', 'b', { owner: 'o' }), held);
    const remembered = {
      ...run,
      references: { read: async () => objectOf('Owner', 'remembered') },
    } as unknown as typeof run;

    expect((await findRefs(remembered)).get('owner')?.object?.metadata.name).toBe('remembered');
    expect(read).toEqual([]);
  });
});

describe('what is waited for', () => {
  const waitFor = async (judgement: ReturnType<Ref['judge']>): Promise<Wait> => {
    const { run } = runOn(bookWith({ ...ownerRef, judge: () => judgement }), objectOf('Book', 'b', { owner: 'o' }), []);
    const error: unknown = await requireRefs(run).catch((caught: unknown) => caught);
    if (!(error instanceof Wait)) throw new Error('it does not wait');
    return error;
  };
  const condition = (status: 'True' | 'False', message: string): ConditionFact => ({
    type: 'T',
    status,
    reason: 'R',
    message,
  });

  it('is what the first condition says that does not hold', async () => {
    const { message, lost } = await waitFor({
      usable: false,
      conditions: [condition('True', 'fine'), condition('False', 'bad'), condition('False', 'worse')],
    });
    expect({ message, lost }).toEqual({ message: 'bad', lost: false });
  });

  it('is the object, where all conditions hold or nobody says any', async () => {
    for (const conditions of [[], [condition('True', 'fine')]])
      expect((await waitFor({ usable: false, conditions })).message).toBe('Owner team/o is not ready');
  });

  it('may have taken along what Konnect had', async () => {
    expect((await waitFor({ usable: false, conditions: [], lost: true })).lost).toBe(true);
  });
});

describe('a reference that is unset', () => {
  const unset: ConditionFact = { type: 'ownerValid', status: 'False', reason: 'Unset', message: 'names no owner' };
  const said = {
    type: 'ownerValid',
    status: 'True',
    reason: 'Valid',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  const withCondition = (spec: object) => ({ ...objectOf('Book', 'b', spec), status: { conditions: [said] } });

  it('takes back what was said of it before', async () => {
    const { run, report } = runOn(bookWith({ ...ownerRef, unset }), withCondition({}), []);
    await requireRefs(run);
    expect(report.facts).toEqual([unset]);
  });

  it.each([
    { why: 'where nothing was said', ref: { ...ownerRef, unset }, object: objectOf('Book', 'b') },
    { why: 'where nothing is to be said', ref: ownerRef, object: withCondition({}) },
  ])('says nothing $why', async ({ ref, object }) => {
    const { run, report } = runOn(bookWith(ref), object, []);
    await requireRefs(run);
    expect(report.facts).toEqual([]);
  });

  it('says nothing where another ref has said more in the same condition, but where it was another one', async () => {
    const objects = [objectOf('Owner', 'o'), objectOf('Shelf', 's')];
    const other: Ref = { ...ownerRef, name: 'second', targets: () => [], unset };
    const { run, report } = runOn(bookWith(ownerRef, other), withCondition({ owner: 'o' }), objects);
    await requireRefs(run);
    expect(report.facts.map(({ reason }) => reason)).toEqual(['Valid']);

    const { run: second, report: both } = runOn(bookWith(shelfRef, other), withCondition({ shelf: 's' }), objects);
    await requireRefs(second);
    expect(both.facts.map(({ type, reason }) => `${type} ${reason}`)).toEqual(['shelfValid Valid', 'ownerValid Unset']);
  });
});

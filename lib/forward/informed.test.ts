import { beforeEach, describe, expect, it } from 'vitest';
import { createDependants } from './dependants.ts';
import { brief, crate, depot, objectOf, shelf, warehouse } from './fixture.ts';
import { createTracker } from './tracker.ts';

let dependants: ReturnType<typeof createDependants>;
let tracker: ReturnType<typeof createTracker>;

describe('objects that must learn of another one', () => {
  const seen = (kind: typeof crate, name: string, given: Parameters<typeof objectOf>[2], sight = 'watch' as const) =>
    tracker.seen(kind, objectOf(kind, name, given), sight);
  const crateWith = (version: number, ...depots: readonly string[]) => ({
    version,
    generation: version,
    spec: { depots },
  });

  beforeEach(() => {
    const kinds = [...warehouse, crate];
    dependants = createDependants(kinds);
    tracker = createTracker({
      kinds,
      cluster: 'prod',
      dependants,
      clock: { now: () => new Date('2026-01-01T00:00:00Z') },
    });
    for (const name of ['a', 'b']) tracker.seen(depot, objectOf(depot, name, { programmed: 1 }), 'first-list');
  });

  it('are told when it appears, and when it no longer names them', () => {
    expect(brief(seen(crate, 'c', crateWith(1, 'a')))).toEqual(['change Crate/c', 'dependency Depot/a']);

    const moved = seen(crate, 'c', crateWith(2, 'b'));

    expect(brief(moved)).toEqual(['change Crate/c', 'dependency Depot/a', 'dependency Depot/b']);
    expect(moved[1]?.origin).toBe('uid-c/2');
  });

  it('are told when what it offers changes, and not of another write to its status', () => {
    seen(crate, 'c', crateWith(1, 'a'));

    const offered = seen(crate, 'c', { ...crateWith(1, 'a'), version: 2, id: 'x' });
    const rewritten = seen(crate, 'c', { ...crateWith(1, 'a'), version: 3, id: 'x', programmed: 1 });

    expect(brief(offered)).toEqual(['dependency Depot/a']);
    expect(brief(rewritten)).toEqual([]);
  });

  it('are told when it is gone', () => {
    seen(crate, 'c', crateWith(1, 'a'));

    const gone = tracker.gone(crate, { namespace: 'team', name: 'c', uid: 'uid-c' }, '9');

    expect(brief(gone)).toEqual(['dependency Depot/a']);
  });

  it('are told of what others do to what they made, and not of its making', () => {
    const apiVersion = 'warehouse.example/v1';
    const ownerReferences = [
      { apiVersion, kind: 'Depot', name: 'a', uid: 'uid-a' },
      { apiVersion: 'other.example/v1', kind: 'Depot', name: 'b', uid: 'uid-b' },
      { apiVersion: 'v1', kind: 'Secret', name: 's', uid: 'uid-s' },
    ];
    const made = (version: number, generation: number) => ({ version, generation, metadata: { ownerReferences } });

    expect(brief(seen(shelf, 's', made(1, 1)))).toEqual(['change Shelf/s']);
    expect(brief(seen(shelf, 's', { ...made(2, 1), id: 'x', programmed: 1 }))).toEqual([]);
    expect(brief(seen(shelf, 's', { ...made(3, 2), id: 'x' }))).toEqual(['change Shelf/s', 'dependency Depot/a']);
    const gone = tracker.gone(shelf, { namespace: 'team', name: 's', uid: 'uid-s' }, '9');
    expect(brief(gone)).toEqual(['dependency Depot/a']);
  });

  it('look once after a start: it may have changed while nobody watched', () => {
    tracker.seen(crate, objectOf(crate, 'c', { ...crateWith(1, 'a'), programmed: 1 }), 'first-list');
    tracker.seen(crate, objectOf(crate, 'd', { ...crateWith(1, 'a'), programmed: 1 }), 'first-list');

    expect(brief(tracker.kindsListed())).toEqual(['resync Depot/a']);
    expect(tracker.kindsListed()).toEqual([]);
  });

  it('may have changed themselves: those that refer to them look after a start, too', () => {
    const atRest = (kind: typeof crate, name: string, spec: object) =>
      tracker.seen(kind, objectOf(kind, name, { programmed: 1, spec: { ...spec } }), 'first-list');
    // An edit that counts as no new generation: nothing of its object tells.
    atRest(crate, 'c', { depots: ['a', 'new'] });
    atRest(shelf, 's', { depot: 'a' });
    // Made anew under its name: it is told for its own sake, and they would not be.
    tracker.seen(depot, objectOf(depot, 'new', { uid: 'uid-second' }), 'first-list');
    atRest(shelf, 'on-new', { depot: 'new' });
    atRest(shelf, 'other', { depot: 'b' });

    expect(brief(tracker.kindsListed()).toSorted()).toEqual([
      'resync Depot/a',
      'resync Depot/new',
      'resync Shelf/on-new',
      'resync Shelf/s',
    ]);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { createDependants } from './dependants.ts';
import { brief, depot, objectOf, plane, shelf, vault, warehouse } from './fixture.ts';
import { createTracker } from './tracker.ts';

let tracker: ReturnType<typeof createTracker>;

beforeEach(() => {
  const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
  tracker = createTracker({ kinds: warehouse, cluster: 'prod', dependants: createDependants(warehouse), clock });
});

describe('objects at the start', () => {
  it('are told only where they are not done, and wake nobody', () => {
    const done = tracker.seen(vault, objectOf(vault, 'done', { programmed: 1, id: 'a' }), 'first-list');
    const open = tracker.seen(vault, objectOf(vault, 'open', { generation: 2, programmed: 1 }), 'first-list');
    const user = tracker.seen(plane, objectOf(plane, 'p', { programmed: 1, spec: { vault: 'open' } }), 'first-list');

    expect([brief(done), brief(open), brief(user)]).toEqual([[], ['resync Vault/open'], []]);
  });

  it('are told as changed when the watch, or a later list, brings them', () => {
    const watched = tracker.seen(plane, objectOf(plane, 'new', { programmed: 1 }), 'watch');
    const listed = tracker.seen(plane, objectOf(plane, 'newer', { programmed: 1 }), 'relist');

    expect(brief([...watched, ...listed])).toEqual(['change Plane/new', 'change Plane/newer']);
  });

  it('learn of what happened before they came into view', () => {
    tracker.seen(vault, objectOf(vault, 'v', { id: 'a', programmed: 1 }), 'first-list');
    tracker.seen(plane, objectOf(plane, 'early', { spec: { vault: 'v' }, programmed: 1 }), 'first-list');
    const changed = tracker.seen(vault, objectOf(vault, 'v', { id: 'b', programmed: 1, version: 2 }), 'watch');
    const late = tracker.seen(plane, objectOf(plane, 'late', { spec: { vault: 'v' }, programmed: 1 }), 'first-list');

    const caughtUp = tracker.kindsListed();

    expect(brief(changed)).toEqual(['dependency Plane/early']);
    expect(brief(late)).toEqual([]);
    expect(brief(caughtUp)).toEqual(['dependency Plane/late']);
    expect(caughtUp[0]?.origin).toBe('uid-v/2');
    expect(tracker.kindsListed()).toEqual([]);
  });
});

describe('an object', () => {
  it('names itself and nothing of its content', () => {
    const [event] = tracker.seen(
      depot,
      objectOf(depot, 'd', { version: 5, generation: 3, spec: { secret: 'x' } }),
      'watch',
    );

    expect(event).toEqual({
      cluster: 'prod',
      group: 'warehouse.example',
      version: 'v1',
      kind: 'Depot',
      namespace: 'team',
      name: 'd',
      uid: 'uid-d',
      generation: 3,
      resourceVersion: '5',
      cause: 'change',
    });
  });

  it('T12 that is written to by the function itself gives no event', () => {
    tracker.seen(depot, objectOf(depot, 'd'), 'watch');

    const written = tracker.seen(depot, objectOf(depot, 'd', { version: 2, programmed: 1, id: 'x' }), 'watch');
    const repeated = tracker.seen(depot, objectOf(depot, 'd', { version: 2, programmed: 1, id: 'x' }), 'relist');

    expect([...written, ...repeated]).toEqual([]);
  });

  it('T46 wakes its dependants when it appears, when it is ready, when it goes', () => {
    tracker.seen(depot, objectOf(depot, 'd', { spec: { plane: 'p' } }), 'watch');
    tracker.seen(shelf, objectOf(shelf, 's', { spec: { depot: 'd' } }), 'watch');

    const appears = tracker.seen(plane, objectOf(plane, 'p', { version: 10 }), 'watch');
    const ready = tracker.seen(plane, objectOf(plane, 'p', { version: 11, id: 'x', programmed: 1 }), 'watch');
    const goes = tracker.gone(plane, { namespace: 'team', name: 'p', uid: 'uid-p' }, '12');

    expect(brief(appears)).toEqual(['change Plane/p', 'dependency Depot/d', 'dependency Shelf/s']);
    expect(brief(ready)).toEqual(['dependency Depot/d', 'dependency Shelf/s']);
    expect(brief(goes)).toEqual(['dependency Depot/d', 'dependency Shelf/s']);
    expect([appears[1], ready[0], goes[0]].map((event) => event?.origin)).toEqual(['uid-p/10', 'uid-p/11', 'uid-p/12']);
  });

  it('T49 wakes nobody who refers to its namesake in another namespace', () => {
    tracker.seen(depot, objectOf(depot, 'd', { namespace: 'one', spec: { plane: 'p' } }), 'watch');
    tracker.seen(depot, objectOf(depot, 'd', { namespace: 'two', spec: { plane: 'p' }, uid: 'other' }), 'watch');

    const events = tracker.seen(plane, objectOf(plane, 'p', { namespace: 'two' }), 'watch');

    expect(events.map(({ kind, namespace }) => `${kind} ${namespace}`)).toEqual(['Plane two', 'Depot two']);
  });

  it('that is deleted while referenced learns that the last referrer went, or turned away', () => {
    tracker.seen(vault, objectOf(vault, 'v', { deleting: true, programmed: 1 }), 'watch');
    tracker.seen(vault, objectOf(vault, 'stays', { programmed: 1 }), 'watch');
    tracker.seen(plane, objectOf(plane, 'goes', { spec: { vault: ['v', 'stays'] } }), 'watch');
    tracker.seen(plane, objectOf(plane, 'turns', { spec: { vault: 'v' } }), 'watch');

    const turned = tracker.seen(plane, objectOf(plane, 'turns', { version: 2, generation: 2 }), 'watch');
    const gone = tracker.gone(plane, { namespace: 'team', name: 'goes', uid: 'uid-goes' });

    expect(brief(turned)).toEqual(['change Plane/turns', 'dependency Vault/v']);
    expect(brief(gone)).toEqual(['dependency Vault/v']);
  });

  it('that took the name of another is another', () => {
    tracker.seen(plane, objectOf(plane, 'p', { uid: 'old', version: 1 }), 'watch');
    tracker.seen(depot, objectOf(depot, 'd', { spec: { plane: 'p' } }), 'watch');

    const successor = tracker.seen(plane, objectOf(plane, 'p', { uid: 'new', version: 2 }), 'relist');
    const oldNews = tracker.gone(plane, { namespace: 'team', name: 'p', uid: 'old' });

    expect(brief(successor)).toEqual(['change Plane/p', 'dependency Depot/d']);
    expect(oldNews).toEqual([]);
    expect([...tracker.known(plane)]).toEqual([{ namespace: 'team', name: 'p', uid: 'new' }]);
  });

  it('T10 is forgotten when it is gone, and told to nobody who is gone', () => {
    tracker.seen(plane, objectOf(plane, 'p'), 'watch');
    tracker.seen(depot, objectOf(depot, 'd', { spec: { plane: 'p' } }), 'watch');

    tracker.gone(depot, { namespace: 'team', name: 'd', uid: 'uid-d' });

    expect(tracker.gone(plane, { namespace: 'team', name: 'p', uid: 'uid-p' })).toEqual([]);
    expect([...tracker.counts().values()]).toEqual([0, 0, 0, 0]);
    expect([...tracker.known(depot)]).toEqual([]);
  });

  it('is known by namespace for a watch that sees one', () => {
    tracker.seen(plane, objectOf(plane, 'a', { namespace: 'one' }), 'watch');
    tracker.seen(plane, objectOf(plane, 'b', { namespace: 'two' }), 'watch');

    expect([...tracker.known(plane, 'two')].map(({ name }) => name)).toEqual(['b']);
    expect([...tracker.known(plane)]).toHaveLength(2);
  });
});

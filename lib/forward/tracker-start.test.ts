import { beforeEach, describe, expect, it } from 'vitest';
import type { Kind } from '../kinds/define.ts';
import { createDependants } from './dependants.ts';
import { brief, depot, type Given, objectOf, plane, shelf, vault, warehouse } from './fixture.ts';
import { createTracker } from './tracker.ts';

let tracker: ReturnType<typeof createTracker>;

function trackerOf(namespaces?: readonly string[]) {
  const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
  const dependants = createDependants(warehouse);
  return createTracker({ kinds: warehouse, cluster: 'prod', namespaces, dependants, clock });
}

/** An object that is done, as the first list shows it. */
function done(kind: Kind, name: string, given: Given = {}, konnect?: Readonly<Record<string, string>>) {
  const object = objectOf(kind, name, { programmed: 1, ...given });
  const status = { ...(object.status as object), ...(konnect === undefined ? {} : { konnect }) };
  return tracker.seen(kind, { ...object, status }, 'first-list');
}

beforeEach(() => {
  tracker = trackerOf();
});

describe('after the first lists', () => {
  it('nobody is told of a fleet at rest', () => {
    const told = [
      ...done(shelf, 's', { spec: { depot: 'd' } }, { id: 's-1', controlPlaneID: 'p-1' }),
      ...done(depot, 'd', { spec: { plane: 'p' } }, { id: 'd-1', controlPlaneID: 'p-1' }),
      ...done(plane, 'p', { spec: { vault: 'v' }, id: 'p-1' }),
      ...done(vault, 'v', { spec: { secret: 'token' } }),
    ];

    expect([...told, ...tracker.kindsListed()]).toEqual([]);
  });

  it('those are told, once, that refer to what was deleted while nobody watched', () => {
    done(shelf, 's', { spec: { depot: 'd' } });
    done(depot, 'd', { spec: { plane: 'gone' } });
    done(depot, 'other');

    const told = tracker.kindsListed();

    expect(brief(told).toSorted()).toEqual(['dependency Depot/d', 'dependency Shelf/s']);
    expect(told[0]?.origin).toBe('start/1767225600000');
    expect(tracker.kindsListed()).toEqual([]);
  });

  it('nobody is told a second time who was told for its own sake', () => {
    const told = tracker.seen(depot, objectOf(depot, 'd', { spec: { plane: 'gone' } }), 'first-list');

    expect(brief([...told, ...tracker.kindsListed()])).toEqual(['resync Depot/d']);
  });

  it('what is in a namespace that nobody watches counts as there', () => {
    tracker = trackerOf(['team']);
    done(depot, 'd', { spec: { plane: 'elsewhere/p' } });
    done(depot, 'e', { spec: { plane: 'p' } });

    expect(brief(tracker.kindsListed())).toEqual(['dependency Depot/e']);
  });

  it('those are told that live in another control plane than what they refer to', () => {
    done(shelf, 's', { spec: { depot: 'd' } }, { id: 's-1', controlPlaneID: 'p-1' });
    done(depot, 'd', { spec: { plane: 'p' } }, { id: 'd-1', controlPlaneID: 'p-1' });
    done(depot, 'moved', { spec: { plane: 'p' } }, { id: 'd-2', controlPlaneID: 'p-2' });
    done(plane, 'p', { id: 'p-2' });

    expect(brief(tracker.kindsListed()).toSorted()).toEqual(['dependency Depot/d', 'dependency Shelf/s']);
  });
});

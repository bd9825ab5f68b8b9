import { beforeEach, describe, expect, it } from 'vitest';
import type { Kind } from '../kinds/define.ts';
import { createDependants } from './dependants.ts';
import { brief, objectOf, plane, vault, warehouse } from './fixture.ts';
import { createTracker } from './tracker.ts';

let now: Date;
let tracker: ReturnType<typeof createTracker>;

beforeEach(() => {
  now = new Date('2026-01-01T00:00:00Z');
  const clock = { now: () => now };
  tracker = createTracker({ kinds: warehouse, cluster: 'prod', dependants: createDependants(warehouse), clock });
});

describe('a recheck', () => {
  it('comes once an interval, for kinds that want one, and not for what is going', () => {
    tracker.seen(vault, objectOf(vault, 'v', { programmed: 1 }), 'first-list');
    tracker.seen(vault, objectOf(vault, 'going', { deleting: true }), 'first-list');
    tracker.seen(plane, objectOf(plane, 'p', { programmed: 1 }), 'first-list');

    const atOnce = tracker.rechecks();
    now = new Date(now.getTime() + 3600_000);
    const later = tracker.rechecks();
    const again = tracker.rechecks();

    expect(atOnce).toEqual([]);
    expect(brief(later)).toEqual(['resync Vault/v']);
    expect(later[0]).toMatchObject({ force: true, origin: expect.stringMatching(/^\d+$/) });
    expect(again).toEqual([]);
  });

  it('is not put off by status writes', () => {
    tracker.seen(vault, objectOf(vault, 'v', { programmed: 1 }), 'first-list');
    now = new Date(now.getTime() + 3600_000);
    tracker.seen(vault, objectOf(vault, 'v', { programmed: 1, version: 2 }), 'watch');

    expect(brief(tracker.rechecks())).toEqual(['resync Vault/v']);
  });
});

describe('a recheck of what is under way', () => {
  const busy: Kind = { ...vault, recheckWhile: ({ status }) => JSON.stringify(status ?? {}).includes('busy') };
  const laterBy = (hours: number) => new Date(now.getTime() + hours * 3600_000);

  it('comes only as long as it is, and while it is going as well', () => {
    tracker.seen(busy, objectOf(vault, 'done', { programmed: 1, id: 'ready' }), 'first-list');
    tracker.seen(busy, objectOf(vault, 'v', { programmed: 1, id: 'busy' }), 'first-list');
    now = laterBy(1);
    const first = tracker.rechecks();
    tracker.seen(busy, objectOf(vault, 'v', { deleting: true, id: 'busy', version: 2 }), 'watch');
    now = laterBy(1);
    const going = tracker.rechecks();
    tracker.seen(busy, objectOf(vault, 'v', { programmed: 1, id: 'ready', version: 3 }), 'watch');
    now = laterBy(1);

    expect([brief(first), brief(going), brief(tracker.rechecks())]).toEqual([
      ['resync Vault/v'],
      ['resync Vault/v'],
      [],
    ]);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recheckEveryMs, recheckWindow } from './recheck.ts';

const at = (seconds: number) => new Date(seconds * 1000);

it('counts one up in each interval, the same for every replica', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.integer({ min: 1, max: 86_400 }),
      fc.integer({ min: 0, max: 2 ** 31 }),
      (uid, interval, now) => {
        const window = recheckWindow(uid, interval, at(now));

        expect(recheckWindow(uid, interval, at(now))).toBe(window);
        expect(recheckWindow(uid, interval, at(now + interval))).toBe(window + 1);
        expect(recheckWindow(uid, interval, at(now + interval - 1)) - window).toBeLessThanOrEqual(1);
      },
    ),
  );
});

it('spreads objects over the interval', () => {
  const uids = Array.from({ length: 400 }, (_, index) => `uid-${index}`);
  const changesIn = (from: number, to: number) =>
    uids.filter((uid) => recheckWindow(uid, 1000, at(from)) !== recheckWindow(uid, 1000, at(to))).length;

  const quarters = [0, 250, 500, 750].map((start) => changesIn(start, start + 250));

  expect(quarters.reduce((sum, count) => sum + count)).toBe(400);
  for (const count of quarters) expect(count).toBeGreaterThan(50);
});

it('is looked at often enough for the shortest interval, and not without one', () => {
  expect(recheckEveryMs([{}, { recheckSeconds: 600 }, { recheckSeconds: 7200 }])).toBe(30_000);
  expect(recheckEveryMs([{ recheckSeconds: 86_400 }])).toBe(60_000);
  expect(recheckEveryMs([{}])).toBeUndefined();
});

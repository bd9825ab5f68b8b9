import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settings } from '../../infra/aws/settings.ts';
import { backoffSeconds, maxAttempts } from './backoff.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

// Of the twelve hours those are gone that the message has been with the function, at the most until it is seen again.
const mostThatSqsTakes = 43_200 - settings.queue.visibilityTimeoutSeconds;

describe('backoffSeconds', () => {
  it.each([
    { reason: 'the first try waits up to 3 s', attempts: 1, least: 2, most: 3 },
    { reason: 'each try doubles that', attempts: 4, least: 12, most: 24 },
    { reason: 'a quarter of an hour is the end of it', attempts: 10, least: 450, most: 900 },
    { reason: 'whatever the count', attempts: 5000, least: 450, most: 900 },
  ])('$reason', ({ attempts, least, most }) => {
    expect(backoffSeconds(attempts, undefined, 0.999999)).toBe(most);
    expect(backoffSeconds(attempts, undefined, 0)).toBe(least);
  });

  it.each([
    { reason: 'nobody says when to come back', after: undefined },
    { reason: 'each answer says: in a second', after: 1 },
    { reason: 'each try is to be made again at once', after: 0 },
  ])('lets no message become a dead letter in ten bad minutes where $reason, however the dice fall', ({ after }) => {
    const waits = Array.from({ length: maxAttempts - 1 }, (_, index) => backoffSeconds(index + 1, after, 0));
    expect(waits.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThan(600);
  });

  it('is a whole number of seconds that SQS takes', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.option(fc.nat(200_000), { nil: undefined }), random, (attempts, after, chance) => {
        const seconds = backoffSeconds(attempts, after, chance);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThanOrEqual(mostThatSqsTakes);
      }),
    );
  });

  it('T34 never comes back before the time that was asked for, and not much later', () => {
    fc.assert(
      fc.property(fc.nat(40_000), random, (after, chance) => {
        const seconds = backoffSeconds(3, after, chance);
        expect(seconds).toBeGreaterThanOrEqual(after);
        expect(seconds).toBeLessThanOrEqual(after + 30);
      }),
    );
    expect(backoffSeconds(1, 77, 0.5)).toBeGreaterThanOrEqual(77);
  });

  it('spreads those that were refused together', () => {
    const all = [0, 0.25, 0.5, 0.75].map((chance) => backoffSeconds(6, 60, chance));
    expect(new Set(all).size).toBeGreaterThan(2);
  });

  it('again at once means at once', () => {
    expect(backoffSeconds(1, 0, 0.999)).toBe(0);
  });
});

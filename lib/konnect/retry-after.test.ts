import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { longestWaitSeconds } from '../events/backoff.ts';
import { retryAfterSeconds } from './retry-after.ts';

const now = new Date('2026-08-01T10:00:00Z');

describe('retryAfterSeconds (T34, T36)', () => {
  for (const { header, is, reason } of [
    { header: '77', is: 77, reason: 'seconds' },
    { header: ' 5 ', is: 5, reason: 'white space' },
    { header: '0', is: undefined, reason: 'no time at all says nothing' },
    { header: '-5', is: undefined, reason: 'a negative number' },
    { header: '1.5', is: undefined, reason: 'a fraction, which the RFC does not have' },
    { header: '999999999', is: longestWaitSeconds, reason: 'more than any pause can last' },
    { header: 'Sat, 01 Aug 2026 10:01:30 GMT', is: 90, reason: 'an HTTP date' },
    { header: 'Saturday, 01-Aug-26 10:01:30 GMT', is: 90, reason: 'the old form of it' },
    { header: 'Sat Aug  1 10:01:30 2026', is: 90, reason: 'the form of asctime, which is UTC too' },
    { header: 'Sat, 01 Aug 2026 09:59:59 GMT', is: undefined, reason: 'a moment that is past' },
    { header: 'Sat, 01 Aug 2026 10:00:00 GMT', is: undefined, reason: 'the present moment' },
    { header: 'soon', is: undefined, reason: 'a word' },
    { header: '', is: undefined, reason: 'nothing in it' },
    { header: undefined, is: undefined, reason: 'no header' },
  ]) {
    it(`reads ${reason}`, () => assert.equal(retryAfterSeconds(header, now), is));
  }
});

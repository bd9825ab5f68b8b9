import { describe, expect, it } from 'vitest';
import { ClusterError, KonnectError, type KonnectFailure, MalformedEvent, Retry, Terminal, Wait } from './errors.ts';
import { verdictOf } from './verdict.ts';

const konnectFates: Readonly<Record<KonnectFailure, 'retry' | 'terminal'>> = {
  unreachable: 'retry',
  unintelligible: 'retry',
  'rate-limited': 'retry',
  unavailable: 'retry',
  unauthenticated: 'retry',
  'not-found': 'retry',
  'missing-reference': 'retry',
  'still-referenced': 'retry',
  forbidden: 'terminal',
  'unique-violation': 'terminal',
  invalid: 'terminal',
};

describe('verdictOf', () => {
  it.each(Object.entries(konnectFates))('Konnect says %s: %s', (failure, is) => {
    const error = new KonnectError('why', { failure: failure as KonnectFailure });

    expect(verdictOf(error)).toEqual({ is, message: 'why' });
  });

  it.each([
    { reason: 'something is not there yet', error: new Wait('for x'), verdict: { is: 'wait', message: 'for x' } },
    {
      reason: 'what Konnect had went along',
      error: new Wait('for x', { lost: true }),
      verdict: { is: 'wait', message: 'for x', lost: true },
    },
    {
      reason: 'something is not there yet, which has a name',
      error: new Wait('for x', { reason: 'OnItsWay' }),
      verdict: { is: 'wait', message: 'for x', reason: 'OnItsWay' },
    },
    {
      reason: 'the object has to be changed',
      error: new Terminal('change it', { reason: 'Invalid' }),
      verdict: { is: 'terminal', message: 'change it', reason: 'Invalid' },
    },
    {
      reason: 'a terminal error without a reason',
      error: new Terminal('no'),
      verdict: { is: 'terminal', message: 'no' },
    },
    { reason: 'no event', error: new MalformedEvent('not one'), verdict: { is: 'malformed', message: 'not one' } },
    {
      reason: 'again at once',
      error: new Retry('r', { afterSeconds: 0 }),
      verdict: { is: 'retry', message: 'r', afterSeconds: 0 },
    },
    { reason: 'again some time', error: new Retry('r'), verdict: { is: 'retry', message: 'r' } },
    {
      reason: 'Konnect names a time',
      error: new KonnectError('slow', { failure: 'rate-limited', retryAfterSeconds: 77 }),
      verdict: { is: 'retry', message: 'slow', afterSeconds: 77 },
    },
    {
      reason: 'the API server names a time',
      error: new ClusterError('busy', { status: 429, retryAfterSeconds: 3 }),
      verdict: { is: 'retry', message: 'busy', afterSeconds: 3 },
    },
    {
      reason: 'a right is missing in the cluster: a person will add it while the event is still tried',
      error: new ClusterError('forbidden', { status: 403, reason: 'Forbidden' }),
      verdict: { is: 'retry', message: 'forbidden' },
    },
  ])('$reason', ({ error, verdict }) => {
    expect(verdictOf(error)).toStrictEqual(verdict);
  });

  it.each([
    [new TypeError('x'), 'unexpected TypeError: see the log'],
    ['x', 'unexpected string: see the log'],
  ])('an error that nobody foresaw is told by its kind', (error, message) => {
    expect(verdictOf(error)).toStrictEqual({ is: 'retry', message });
  });

  it.each([new TypeError('cannot read kpat_secret'), new Error('kpat_secret'), 'kpat_secret', undefined, null])(
    'an error that nobody foresaw is retried, and its text stays in the log',
    (error) => {
      const verdict = verdictOf(error);

      expect(verdict.is).toBe('retry');
      expect(JSON.stringify(verdict)).not.toContain('kpat_secret');
    },
  );
});

it('cuts what an error quotes without end', () => {
  const { message } = verdictOf(new Terminal(`taken by ${'x'.repeat(200_000)}`));

  expect(message).toHaveLength(2_048);
  expect(message).toMatch(/^taken by x+…$/);
});

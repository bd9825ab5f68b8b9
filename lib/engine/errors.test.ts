import { expect, it } from 'vitest';
import { ClusterError, KonnectError, MalformedEvent, Retry, Terminal, Wait } from './errors.ts';

/* Logs and dead letters tell errors by their names. */

const cause = new Error('below');

it.each([
  { error: new Wait('m', { cause }), name: 'Wait', facts: { lost: false } },
  { error: new Wait('m', { cause, lost: true }), name: 'Wait', facts: { lost: true } },
  { error: new Terminal('m', { cause, reason: 'R' }), name: 'Terminal', facts: { reason: 'R' } },
  { error: new Retry('m', { cause, afterSeconds: 3 }), name: 'Retry', facts: { afterSeconds: 3 } },
  { error: new MalformedEvent('m', { cause }), name: 'MalformedEvent', facts: {} },
  {
    error: new KonnectError('m', { cause, failure: 'invalid', status: 400, retryAfterSeconds: 1, traceId: 't' }),
    name: 'KonnectError',
    facts: { failure: 'invalid', status: 400, retryAfterSeconds: 1, traceId: 't' },
  },
  {
    error: new ClusterError('m', { cause, status: 409, reason: 'Conflict', retryAfterSeconds: 2 }),
    name: 'ClusterError',
    facts: { status: 409, reason: 'Conflict', retryAfterSeconds: 2 },
  },
])('$name has its name, its message, its cause and its facts: $facts', ({ error, name, facts }) => {
  expect(error).toMatchObject({ name, message: 'm', ...facts });
  expect(error.cause).toBe(cause);
});

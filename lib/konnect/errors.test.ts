import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { bounded, toKonnectError } from './errors.ts';
import { core, errorOf, field, path, problem, unique } from './test-answers.ts';

describe('the message', () => {
  it('has no trace id, so that failures of the same kind read the same (T42)', () => {
    const failed = (trace: string) => ({
      detail: `failed, see konnect:trace:${trace}`,
      instance: `kong:trace:${trace}`,
    });
    const [one, other] = [errorOf(500, failed('1')), errorOf(500, failed('2'))];
    assert.deepEqual([one.traceId, other.traceId], ['kong:trace:1', 'kong:trace:2']);
    assert.equal(one.message, other.message);
  });

  it('is the same whatever the order of the complaints', () => {
    assert.equal(errorOf(400, core(3, 'x', field, unique)).message, errorOf(400, core(3, 'x', unique, field)).message);
  });

  it('quotes no secret of the call', () => {
    const complaint = { type: 'x', field: 'key', messages: ["'canary-1' is wrong, so is kpat_canary2"] };
    const answer = { status: 400, headers: {}, body: JSON.stringify(core(3, 'validation error', complaint)) };
    const { message } = toKonnectError(answer, { method: 'PUT', path, secrets: ['canary-1'] }, new Date());
    assert.match(message, /key: '\[redacted\]' is wrong/);
    assert.doesNotMatch(message, /canary/);
  });

  it('names ten complaints and counts the others', () => {
    const details = Array.from({ length: 14 }, (_, index) => ({ type: 'x', field: `f${index}`, messages: ['bad'] }));
    assert.match(errorOf(400, core(3, 'validation error', ...details)).message, /; 4 more$/);
  });

  it('says what to do where the answer does not', () => {
    assert.match(errorOf(401, problem(401, 'Unauthorized', 'x')).message, /needs a valid token/);
  });

  it('is one bounded line for any answer', () => {
    const long = fc.string({ unit: 'grapheme', minLength: 500, maxLength: 2000 });
    const bodies = fc.oneof(
      fc.json(),
      fc.string({ maxLength: 5000 }),
      long.map((message) => JSON.stringify({ message })),
    );
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), bodies, (status, body) => {
        const { message } = errorOf(status, body);
        assert.ok(Buffer.byteLength(message) <= 1024);
        assert.doesNotMatch(message, /[\r\n\0]/);
      }),
    );
  });

  it('is cut between characters', () => {
    const cut = bounded('é'.repeat(600));
    assert.match(cut, /^é+…$/);
    assert.equal(Buffer.byteLength(cut), 1023);
    assert.equal(bounded('é'.repeat(512)), 'é'.repeat(512));
  });
});

it('takes Retry-After from any failure', () => {
  const after = (status: number, header: string) => errorOf(status, {}, { headers: { 'retry-after': header } });
  assert.equal(after(429, '77').retryAfterSeconds, 77);
  assert.equal(after(503, 'Sat, 01 Aug 2026 10:00:30 GMT').retryAfterSeconds, 30);
  assert.equal(errorOf(429, {}).retryAfterSeconds, undefined);
});

it('takes the id of the gateway where the body has no trace', () => {
  assert.equal(errorOf(502, '<html>', { headers: { 'x-kong-request-id': 'abc' } }).traceId, 'abc');
});

it('keeps a token out of the trace id, which is a text of the other side too', () => {
  const { traceId = '' } = errorOf(500, { instance: 'kong:trace:kpat_AbCdEfGhIjKlMnOpQrStUvWx' });
  assert.match(traceId, /^kong:trace:/);
  assert.doesNotMatch(traceId, /AbCdEf/);
});

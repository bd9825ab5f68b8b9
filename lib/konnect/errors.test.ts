import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { KonnectFailure } from '../engine/errors.ts';
import { bounded, toKonnectError } from './errors.ts';

const now = new Date('2026-08-01T10:00:00Z');
const path = '/v2/control-planes/c/core-entities/services/s';

interface Case {
  readonly reason: string;
  readonly status: number;
  readonly body: unknown;
  readonly method?: string;
  readonly failure: KonnectFailure;
  readonly says?: RegExp;
}

function core(
  code: number,
  message: string,
  ...details: readonly { type: string; field?: string; messages: string[] }[]
) {
  return { code, message, details: details.map((detail) => ({ '@type': 'type.googleapis.com/x', ...detail })) };
}
function problem(status: number, title: string, detail: string, more: object = {}) {
  return {
    status,
    title,
    detail,
    instance: 'kong:trace:2723154947768991354',
    type: 'https://httpstatuses.com/x',
    ...more,
  };
}
const reference = 'ERROR_TYPE_REFERENCE';
const unique = { type: reference, field: 'name', messages: ['name (type: unique) constraint failed'] };
const foreign = { type: reference, field: 'service.id', messages: ['service.id (type: foreign) constraint failed'] };
const used = { type: reference, messages: ['constraint failed (type: foreign) as route references this value'] };
const field = { type: 'ERROR_TYPE_FIELD', field: 'tags[0]', messages: ['length must be <= 128, but got 138'] };

const cases: readonly Case[] = [
  {
    reason: 'platform: no token',
    status: 401,
    body: problem(401, 'Unauthenticated', 'A valid token is required'),
    failure: 'unauthenticated',
    says: /A valid token is required/,
  },
  { reason: 'core: no token', status: 401, body: { message: 'Unauthorized', status: 401 }, failure: 'unauthenticated' },
  { reason: 'a gRPC code for the same', status: 400, body: core(16, ''), failure: 'unauthenticated' },
  {
    reason: 'platform: not permitted',
    status: 403,
    body: problem(403, 'Forbidden', 'You do not have permission to perform this action'),
    failure: 'forbidden',
  },
  {
    reason: 'core: KIC control planes take no writes',
    status: 403,
    body: core(7, 'usage constraint error', {
      type: 'ERROR_TYPE_ENTITY',
      messages: ['operation not permitted on KIC cluster'],
    }),
    failure: 'forbidden',
    says: /operation not permitted on KIC cluster/,
  },
  { reason: 'legacy: not permitted', status: 403, body: { message: 'Forbidden' }, failure: 'forbidden' },
  {
    reason: 'a quota, told as a bad request (T39)',
    status: 400,
    body: problem(400, 'Bad Request', 'x', {
      invalid_parameters: [
        {
          field: 'object',
          reason: 'Cannot create an additional control plane because usage limits have been reached.',
        },
      ],
    }),
    failure: 'forbidden',
    says: /usage limits/,
  },
  {
    reason: 'platform: not there',
    status: 404,
    body: problem(404, 'Not Found', 'Not Found'),
    failure: 'not-found',
    says: /s: Not Found$/,
  },
  { reason: 'core: not there', status: 404, body: core(5, 'not found'), failure: 'not-found' },
  { reason: 'core: not there, without a word', status: 404, body: core(5, ''), failure: 'not-found' },
  {
    reason: 'a path that no route matches',
    status: 404,
    body: { message: 'no Route matched with those values' },
    failure: 'not-found',
  },
  {
    reason: 'platform: the name is taken',
    status: 409,
    body: problem(409, 'Conflict', 'Key (org_id, name)=(o, n) already exists.'),
    failure: 'unique-violation',
  },
  {
    reason: 'core: the name is taken, under 400',
    status: 400,
    body: core(3, 'data constraint error', unique),
    failure: 'unique-violation',
    says: /name: name \(type: unique\)/,
  },
  {
    reason: 'core: the name is taken and another field is wrong',
    status: 400,
    body: core(3, 'validation error', field, unique),
    failure: 'unique-violation',
  },
  { reason: 'core: code 6, whatever the status', status: 400, body: core(6, 'exists'), failure: 'unique-violation' },
  {
    reason: 'core: a reference that is not there (T38)',
    status: 400,
    body: core(3, 'data constraint error', foreign),
    failure: 'missing-reference',
  },
  {
    reason: 'core: two of them',
    status: 400,
    body: core(3, 'data constraint error', foreign, { ...foreign, field: 'x' }),
    failure: 'missing-reference',
  },
  {
    reason: 'core: a missing reference and a wrong field stay wrong',
    status: 400,
    body: core(3, 'validation error', foreign, field),
    failure: 'invalid',
  },
  {
    reason: 'platform: a reference that is not there',
    status: 400,
    body: problem(400, 'Invalid Request', 'Invalid Parameters', {
      invalid_parameters: [{ field: 'network', rule: 'missing_reference', reason: 'not there' }],
    }),
    failure: 'missing-reference',
  },
  {
    reason: 'core: a service that routes refer to (T26)',
    status: 400,
    method: 'DELETE',
    body: core(3, 'data constraint error', used),
    failure: 'still-referenced',
  },
  {
    reason: 'the same words outside a delete',
    status: 400,
    body: core(3, 'data constraint error', used),
    failure: 'still-referenced',
  },
  {
    reason: 'a delete with the short words',
    status: 400,
    method: 'DELETE',
    body: core(3, 'data constraint error', foreign),
    failure: 'still-referenced',
  },
  {
    reason: 'a delete refused with 409',
    status: 409,
    method: 'DELETE',
    body: problem(409, 'Conflict', 'Conflict'),
    failure: 'still-referenced',
  },
  {
    reason: 'a store with secrets in it',
    status: 400,
    method: 'DELETE',
    body: problem(400, 'Bad Request', 'x', {
      invalid_parameters: [
        {
          field: 'force',
          reason: 'This Config Store has 4 secrets. These must be individually removed before deletion',
        },
      ],
    }),
    failure: 'still-referenced',
  },
  {
    reason: 'core: a wrong field',
    status: 400,
    body: core(3, 'validation error', field),
    failure: 'invalid',
    says: /validation error; tags\[0\]: length must be <= 128, but got 138$/,
  },
  {
    reason: 'platform: a missing field',
    status: 400,
    body: problem(400, 'Invalid Request', 'Invalid Parameters', {
      invalid_parameters: [{ field: 'name', rule: 'required', source: 'body', reason: 'is a required field' }],
    }),
    failure: 'invalid',
    says: /Invalid Request: Invalid Parameters; name: is a required field$/,
  },
  {
    reason: 'platform: a choice',
    status: 400,
    body: problem(400, 'Invalid Request', 'x', {
      invalid_parameters: [{ field: 'type', rule: 'enum', choices: ['a', 'b'] }],
    }),
    failure: 'invalid',
    says: /type: enum \(one of a, b\)/,
  },
  {
    reason: 'a media type',
    status: 415,
    body: problem(415, 'UnsupportedMediaType', 'UnsupportedMediaType'),
    failure: 'invalid',
  },
  { reason: 'too many calls', status: 429, body: { message: 'API rate limit exceeded' }, failure: 'rate-limited' },
  { reason: 'too many calls, with no JSON', status: 429, body: '<html>', failure: 'rate-limited' },
  { reason: 'out of resources, by code', status: 400, body: core(8, 'exhausted'), failure: 'rate-limited' },
  {
    reason: 'platform: an error inside',
    status: 500,
    body: problem(500, 'Internal Server Error', 'x'),
    failure: 'unavailable',
  },
  {
    reason: "an error inside that quotes a constraint is not the caller's",
    status: 500,
    body: core(13, 'x', unique),
    failure: 'unavailable',
  },
  {
    reason: "a gateway's page",
    status: 502,
    body: '<html><h1>502 Bad Gateway</h1></html>',
    failure: 'unavailable',
    says: /a body that is no error of Konnect \(text\/html\)/,
  },
  { reason: 'an empty body', status: 503, body: '', failure: 'unavailable', says: /an empty body$/ },
  { reason: 'a time limit of a gateway', status: 408, body: '', failure: 'unavailable' },
  { reason: 'a redirect', status: 302, body: '', failure: 'unavailable', says: /redirect/ },
  { reason: 'JSON that is no object', status: 400, body: [1], failure: 'invalid' },
  {
    reason: 'an object of another shape',
    status: 400,
    body: { details: [1, { messages: 'x' }], invalid_parameters: { a: 1 }, code: '3', message: 7 },
    failure: 'invalid',
  },
];

function errorOf(
  { status, body, method = 'PUT' }: Pick<Case, 'status' | 'body' | 'method'>,
  headers: Record<string, string> = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return toKonnectError(
    { status, headers: { 'content-type': 'text/html', ...headers }, body: text },
    { method, path },
    now,
  );
}

describe('toKonnectError', () => {
  for (const example of cases) {
    it(`${example.status} is ${example.failure}: ${example.reason}`, () => {
      const error = errorOf(example);
      assert.equal(error.failure, example.failure);
      assert.equal(error.status, example.status);
      assert.match(
        error.message,
        new RegExp(`^Konnect answered ${example.status} to ${example.method ?? 'PUT'} ${path}`),
      );
      if (example.says !== undefined) assert.match(error.message, example.says);
    });
  }

  it('keeps the trace id for logs and out of the message, so that failures of the same kind read the same (T42)', () => {
    const body = (trace: string) =>
      problem(500, 'x', `failed, see konnect:trace:${trace}`, { instance: `kong:trace:${trace}` });
    const [one, other] = [errorOf({ status: 500, body: body('1') }), errorOf({ status: 500, body: body('2') })];
    assert.deepEqual([one.traceId, other.traceId], ['kong:trace:1', 'kong:trace:2']);
    assert.equal(one.message, other.message);
  });

  it('reads the same whatever the order of the complaints', () => {
    const [one, other] = [core(3, 'x', field, unique), core(3, 'x', unique, field)].map(
      (body) => errorOf({ status: 400, body }).message,
    );
    assert.equal(one, other);
  });

  it('takes Retry-After from any failure', () => {
    assert.equal(errorOf({ status: 429, body: {} }, { 'retry-after': '77' }).retryAfterSeconds, 77);
    assert.equal(
      errorOf({ status: 503, body: {} }, { 'retry-after': 'Sat, 01 Aug 2026 10:00:30 GMT' }).retryAfterSeconds,
      30,
    );
    assert.equal(errorOf({ status: 429, body: {} }).retryAfterSeconds, undefined);
  });

  it('quotes no secret of the call', () => {
    const body = core(3, 'validation error', {
      type: 'x',
      field: 'key',
      messages: ["'canary-1' is wrong, so is kpat_canary2"],
    });
    const answer = { status: 400, headers: {}, body: JSON.stringify(body) };
    const error = toKonnectError(answer, { method: 'PUT', path, secrets: ['canary-1'] }, now);
    assert.match(error.message, /key: '\[redacted\]' is wrong/);
    assert.doesNotMatch(error.message, /canary/);
  });

  it('names ten complaints and counts the others', () => {
    const details = Array.from({ length: 14 }, (_, index) => ({ type: 'x', field: `f${index}`, messages: ['bad'] }));
    assert.match(errorOf({ status: 400, body: core(3, 'validation error', ...details) }).message, /; 4 more$/);
  });

  it('gives a bounded message of one line for any answer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 599 }),
        fc.oneof(fc.json(), fc.string({ maxLength: 5000 }), longTexts()),
        (status, body) => {
          const error = errorOf({ status, body });
          assert.ok(Buffer.byteLength(error.message) <= 1024);
          assert.doesNotMatch(error.message, /[\r\n\0]/);
        },
      ),
    );
  });
});

function longTexts(): fc.Arbitrary<string> {
  return fc.string({ unit: 'grapheme', minLength: 500, maxLength: 2000 }).map((message) => JSON.stringify({ message }));
}

it('cuts a text between characters', () => {
  const cut = bounded('é'.repeat(600));
  assert.match(cut, /^é+…$/);
  assert.equal(Buffer.byteLength(cut), 1023);
  assert.equal(bounded('é'.repeat(512)), 'é'.repeat(512));
});

import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { KonnectFailure } from '../engine/errors.ts';
import { core, errorOf, field, foreign, path, problem, unique, used } from './test-answers.ts';

type Row = readonly [reason: string, status: number, body: unknown, says?: RegExp];

const usage = { type: 'ERROR_TYPE_ENTITY', messages: ['operation not permitted on KIC cluster'] };
const quota = 'Cannot create an additional control plane because usage limits have been reached.';
const full = 'This Config Store has 4 secrets. These must be individually removed before deletion';

const puts: Readonly<Partial<Record<KonnectFailure, readonly Row[]>>> = {
  unauthenticated: [
    ['platform', 401, problem(401, 'Unauthenticated', 'A valid token is required'), /A valid token is required$/],
    ['core entities', 401, { message: 'Unauthorized', status: 401 }],
    ['by code only', 400, core(16, '')],
  ],
  forbidden: [
    ['platform', 403, problem(403, 'Forbidden', 'You do not have permission to perform this action')],
    ['writes to a KIC control plane', 403, core(7, 'usage constraint error', usage), /not permitted on KIC cluster$/],
    ['plain', 403, { message: 'Forbidden' }],
    ['a quota, told as a bad request (T39)', 400, problem(400, 'Bad Request', 'x', { field: 'object', reason: quota })],
  ],
  'not-found': [
    ['platform, said once', 404, problem(404, 'Not Found', 'Not Found'), /services\/s: Not Found$/],
    ['core entities', 404, core(5, 'not found')],
    ['core entities, without a word', 404, core(5, '')],
    ['a path that no route matches', 404, { message: 'no Route matched with those values' }],
  ],
  'unique-violation': [
    ['platform', 409, problem(409, 'Conflict', 'Key (org_id, name)=(o, n) already exists.')],
    ['core entities say it with 400', 400, core(3, 'data constraint error', unique), /name: name \(type: unique\)/],
    ['with another field wrong, too', 400, core(3, 'validation error', field, unique)],
    ['by code 6, whatever the status', 400, core(6, 'exists')],
  ],
  'missing-reference': [
    ['core entities (T38)', 400, core(3, 'data constraint error', foreign)],
    ['two at once', 400, core(3, 'data constraint error', foreign, { ...foreign, field: 'x' })],
    ['platform', 400, problem(400, 'x', 'y', { field: 'network', rule: 'missing_reference', reason: 'not there' })],
  ],
  'still-referenced': [['by its words', 400, core(3, 'data constraint error', used)]],
  'rate-limited': [
    ['the usual body', 429, { message: 'API rate limit exceeded' }],
    ['a body that is no JSON', 429, '<html>'],
    ['by code only', 400, core(8, 'exhausted')],
  ],
  unavailable: [
    ['platform', 500, problem(500, 'Internal Server Error', 'x')],
    ['though it quotes a constraint', 500, core(13, 'x', unique)],
    ["a gateway's page", 502, '<html><h1>502</h1></html>', /a body that is no error of Konnect \(text\/html\)$/],
    ['an empty body', 503, '', /an empty body$/],
    ['the time limit of a gateway', 408, ''],
    ['a redirect', 302, '', /a redirect, which is never followed/],
    ['by code only', 400, core(14, 'down')],
  ],
  invalid: [
    ['core entities', 400, core(3, 'validation error', field), /error; tags\[0\]: length must be <= 128, but got 138$/],
    ['a missing reference with a wrong field', 400, core(3, 'validation error', foreign, field)],
    [
      'platform',
      400,
      problem(400, 'Invalid Request', 'x', { field: 'name', rule: 'required', reason: 'is required' }),
      /Invalid Request: x; name: is required$/,
    ],
    [
      'platform, a choice',
      400,
      problem(400, 'x', 'y', { field: 'type', rule: 'enum', choices: ['a', 'b'] }),
      /type: enum \(one of a, b\)$/,
    ],
    ['a media type', 415, problem(415, 'UnsupportedMediaType', 'UnsupportedMediaType')],
    ['JSON that is no object', 400, [1]],
    [
      'an object of another shape',
      400,
      { details: [1, { messages: 'x' }], invalid_parameters: {}, code: '3', message: 7 },
    ],
  ],
};

const deletes: typeof puts = {
  'still-referenced': [
    ['a service with routes (T26)', 400, core(3, 'data constraint error', used)],
    ['in the short words', 400, core(3, 'data constraint error', foreign)],
    ['with 409', 409, problem(409, 'Conflict', 'Conflict')],
    ['a store that is not empty', 400, problem(400, 'Bad Request', 'x', { field: 'force', reason: full })],
  ],
  invalid: [['anything else', 400, problem(400, 'Bad Request', 'the default control plane stays')]],
};

for (const [method, expectations] of [
  ['PUT', puts],
  ['DELETE', deletes],
] as const) {
  for (const [failure, rows] of Object.entries(expectations)) {
    describe(`${failure} after ${method}`, () => {
      for (const [reason, status, body, says] of rows) {
        it(`${status}: ${reason}`, () => {
          const error = errorOf(status, body, { method });
          assert.deepEqual([error.failure, error.status], [failure, status]);
          assert.ok(error.message.startsWith(`Konnect answered ${status} to ${method} ${path}`));
          if (says !== undefined) assert.match(error.message, says);
        });
      }
    });
  }
}

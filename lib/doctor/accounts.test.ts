import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../engine/objects.ts';
import { kinds } from '../kinds/registry.gen.ts';
import { checkAccounts } from './accounts.ts';

const kind = kinds.find(({ lane }) => lane === 'auth');

function account(conditions: readonly object[], generation = 2) {
  if (kind === undefined) throw new Error('no kind has the lane auth');
  const metadata = { name: 'a', namespace: 'team', uid: 'u', resourceVersion: '1', generation };
  const object: KubernetesObject = { apiVersion: 'x/v1', kind: kind.resource.kind, metadata, status: { conditions } };
  return { kind, object };
}

const valid = { type: 'APIAuthValid', status: 'True', reason: 'Valid', message: 'it works', observedGeneration: 2 };

describe('the token of an auth configuration', () => {
  it.each([
    { what: 'that Konnect took', conditions: [valid], tokens: ['prod/team/a'], state: 'fine', says: 'it works' },
    { what: 'that nobody could look for', conditions: [valid], tokens: undefined, state: 'fine', says: 'it works' },
    {
      what: 'that is not kept',
      conditions: [valid],
      tokens: ['prod/team/b'],
      state: 'wrong',
      says: 'its token is not kept',
    },
    {
      what: 'that Konnect refused',
      conditions: [{ ...valid, status: 'False', reason: 'Invalid', message: 'no such token' }],
      tokens: [],
      state: 'wrong',
      says: 'Invalid: no such token',
    },
    {
      what: 'of an earlier generation',
      conditions: [{ ...valid, observedGeneration: 1 }],
      tokens: ['prod/team/a'],
      state: 'wrong',
      says: 'no function has looked at it',
    },
    {
      what: 'that a worse one was to replace',
      conditions: [valid, { type: 'TokenAccepted', status: 'False', reason: 'Refused', message: 'refused' }],
      tokens: ['prod/team/a'],
      state: 'unsure',
      says: 'an earlier token is in use: refused',
    },
  ])('$what', ({ conditions, tokens, state, says }) => {
    expect(checkAccounts([account(conditions)], tokens)).toMatchObject([
      { state, message: expect.stringContaining(says) },
    ]);
  });

  it('is looked for where there is none', () => {
    expect(checkAccounts([], [])).toMatchObject([{ state: 'unsure' }]);
  });
});

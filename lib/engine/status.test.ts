import { describe, expect, it } from 'vitest';
import type { Kind } from '../kinds/define.ts';
import type { KubernetesObject } from './objects.ts';
import { createReport } from './report.ts';
import { statusPatch } from './status.ts';

const now = new Date('2026-03-01T12:00:00.900Z');
const clock = { now: () => now };
const condition = {
  type: 'Programmed',
  status: 'True',
  reason: 'Programmed',
  message: '',
  observedGeneration: 3,
  lastTransitionTime: '2026-02-01T00:00:00Z',
} as const;
const fact = { type: 'Programmed', status: 'True', reason: 'Programmed', message: '' } as const;
const stale = { ...condition, type: 'Valid', status: 'Unknown' } as const;

function objectOf(status?: unknown): KubernetesObject {
  const metadata = { name: 'one', namespace: 'team', uid: 'u', resourceVersion: '1', generation: 3 };
  return { apiVersion: 'v1', kind: 'Shop', metadata, ...(status === undefined ? {} : { status }) };
}

/** The patch for an object with that status, after a run that found out so much. */
function patchOf(
  status: unknown,
  found: { readonly fields?: object; readonly facts?: readonly (typeof fact)[] },
  staleConditions?: readonly string[],
) {
  const report = createReport();
  report.status({ ...found.fields });
  for (const each of found.facts ?? []) report.condition(each);
  const kind = { ...(staleConditions === undefined ? {} : { staleConditions }) } as Kind;
  return statusPatch({ report, kind, clock }, objectOf(status), 3);
}

describe('statusPatch', () => {
  it.each([
    { reason: 'a run that found nothing out', status: undefined, found: {} },
    {
      reason: 'what the status says already',
      status: { id: 'a', conditions: [condition] },
      found: { fields: { id: 'a' }, facts: [fact] },
    },
    {
      reason: 'another order of keys',
      status: { e: { a: '1', b: { c: '2', d: '3' } } },
      found: { fields: { e: { b: { d: '3', c: '2' }, a: '1' } } },
    },
    {
      reason: 'another order of many keys',
      status: { e: { c: 3, a: 1, b: 2 } },
      found: { fields: { e: { b: 2, a: 1, c: 3 } } },
    },
    { reason: 'a field to remove that is not there', status: { id: 'a' }, found: { fields: { other: undefined } } },
  ])('T12 is nothing for $reason', ({ status, found }) => {
    expect(patchOf(status, found)).toBeUndefined();
  });

  it.each([
    { reason: 'a status that is not there yet', status: undefined, found: { fields: { id: 'a' } }, patch: { id: 'a' } },
    {
      reason: 'a field that differs, without the others',
      status: { id: 'a', x: 'y' },
      found: { fields: { id: 'b', x: 'y' } },
      patch: { id: 'b' },
    },
    { reason: 'a field to remove', status: { id: 'a' }, found: { fields: { id: undefined } }, patch: { id: null } },
    {
      reason: 'another order of a list',
      status: { l: ['a', 'b'] },
      found: { fields: { l: ['b', 'a'] } },
      patch: { l: ['b', 'a'] },
    },
  ])('has $reason', ({ status, found, patch }) => {
    expect(patchOf(status, found)).toEqual(patch);
  });

  it('has all conditions where one differs, since a merge patch replaces lists', () => {
    const theirs = { ...condition, type: 'Theirs' };

    const patch = patchOf({ conditions: [theirs, { ...condition, observedGeneration: 2 }] }, { facts: [fact] });

    expect(patch).toEqual({ conditions: [theirs, condition] });
  });

  it('drops the conditions that the CRD left behind', () => {
    expect(patchOf({ conditions: [stale, condition] }, { facts: [fact] }, ['Valid'])).toEqual({
      conditions: [condition],
    });
  });

  it('takes a status of a shape that it does not know for none', () => {
    expect(patchOf('odd', { facts: [fact] })).toMatchObject({
      conditions: [{ type: 'Programmed', lastTransitionTime: '2026-03-01T12:00:00Z' }],
    });
  });
});

it('leaves out of a status what is no condition', () => {
  const odd = [null, 'True', 7, [], {}, { type: 'Programmed' }, { ...condition, status: 'Maybe' }, stale];
  expect(patchOf({ conditions: odd }, { facts: [fact] })).toMatchObject({ conditions: [{ type: 'Valid' }, fact] });
});

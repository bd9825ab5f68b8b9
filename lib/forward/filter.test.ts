import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountAnnotation, finalizer, kongOperatorFinalizer } from '../engine/names.ts';
import { difference, factsOf, isSettled } from './filter.ts';
import { depot, type Given, objectOf } from './fixture.ts';

const base: Given = { version: 1, generation: 1, id: 'a', metadata: { annotations: { 'konghq.com/tags': 'x' } } };

function compare(before: Given, now: Given) {
  return difference(factsOf(depot, objectOf(depot, 'd', before)), factsOf(depot, objectOf(depot, 'd', now)));
}

describe('what a second sight of an object calls for', () => {
  it.each<{ reason: string; now: Given; expected: { change: boolean; wakes: boolean } }>([
    { reason: 'nothing changed', now: base, expected: { change: false, wakes: false } },
    {
      reason: 'T12 a status write alone',
      now: { ...base, version: 2, programmed: 1 },
      expected: { change: false, wakes: false },
    },
    { reason: 'what is offered', now: { ...base, version: 2, id: 'b' }, expected: { change: false, wakes: true } },
    {
      reason: 'a new generation',
      now: { ...base, version: 2, generation: 2 },
      expected: { change: true, wakes: false },
    },
    { reason: 'another object of the name', now: { ...base, uid: 'other' }, expected: { change: true, wakes: true } },
    { reason: 'deletion', now: { ...base, version: 2, deleting: true }, expected: { change: true, wakes: false } },
    {
      reason: 'a finalizer',
      now: { ...base, metadata: { ...base.metadata, finalizers: ['konnect-reconciler.io/entity'] } },
      expected: { change: true, wakes: false },
    },
    {
      reason: 'T12 the finalizer and the notes that a function writes while it works',
      now: { ...base, version: 2, metadata: held('team/v') },
      expected: { change: false, wakes: false },
    },
    {
      reason: 'an annotation that matters',
      now: { ...base, metadata: { annotations: { 'konghq.com/tags': 'y' } } },
      expected: { change: true, wakes: false },
    },
    { reason: 'such an annotation is gone', now: { ...base, metadata: {} }, expected: { change: true, wakes: false } },
    {
      reason: "an annotation of ours, of Konnect's, a label",
      now: { ...base, metadata: { ...base.metadata, labels: { 'konnect-reconciler.io/drift': 'ignore' } } },
      expected: { change: true, wakes: false },
    },
    {
      reason: 'T12 an annotation of somebody else',
      now: {
        ...base,
        version: 2,
        metadata: {
          annotations: { 'konghq.com/tags': 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
          labels: { 'argocd.argoproj.io/instance': 'x', 'notkonghq.com/x': 'y' },
        },
      },
      expected: { change: false, wakes: false },
    },
  ])('$reason', ({ now, expected }) => {
    expect(compare(base, now)).toEqual(expected);
  });

  it('a look, where our finalizer was taken off, and none, where it went with the deletion', () => {
    const taken = compare({ ...base, metadata: held('team/v') }, base);
    const deleting = { ...base, deleting: true };
    const { annotations = {} } = held('team/v');
    const released = compare({ ...deleting, metadata: held('team/v') }, { ...deleting, metadata: { annotations } });

    expect(taken).toEqual({ change: true, wakes: false });
    expect(released).toEqual({ change: false, wakes: false });
  });

  it('a look, where a note changes that a deletion may wait for', () => {
    const deleting = { ...base, deleting: true };

    const found = compare({ ...deleting, metadata: held('team/v') }, { ...deleting, metadata: held('team/w') });

    expect(found).toEqual({ change: true, wakes: false });
  });

  it('everything, where there was no first sight', () => {
    expect(difference(undefined, factsOf(depot, objectOf(depot, 'd')))).toEqual({ change: true, wakes: true });
  });

  it('nothing, whatever the order of keys and finalizers', () => {
    const entries = fc.dictionary(fc.constantFrom('konghq.com/a', 'konghq.com/b', 'x', 'y'), fc.string());
    const finalizers = fc.uniqueArray(fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(entries, finalizers, fc.jsonValue(), (annotations, names, id) => {
        const reversed = Object.fromEntries(Object.entries(annotations).reverse());
        const given = (some: typeof annotations, order: string[], offered: unknown) =>
          ({ ...base, id: offered as string, metadata: { annotations: some, finalizers: order } }) satisfies Given;

        const found = compare(given(annotations, names, id), given(reversed, names.toReversed(), turned(id)));

        expect(found).toEqual({ change: false, wakes: false });
      }),
    );
  });
});

const ours = { finalizers: [finalizer] };

describe('the first list after a start', () => {
  it.each<{ reason: string; given: Given; settled: boolean }>([
    { reason: 'programmed for its generation', given: { generation: 3, programmed: 3, metadata: ours }, settled: true },
    {
      reason: 'programmed for an older generation',
      given: { generation: 3, programmed: 2, metadata: ours },
      settled: false,
    },
    { reason: 'never programmed', given: { metadata: ours }, settled: false },
    { reason: 'programmed, but deleting', given: { programmed: 1, deleting: true, metadata: ours }, settled: false },
    {
      reason: 'programmed by a controller that has gone',
      given: { programmed: 1, metadata: { finalizers: [] } },
      settled: false,
    },
    {
      reason: 'programmed by a controller that holds it',
      given: { programmed: 1, metadata: { finalizers: [kongOperatorFinalizer] } },
      settled: true,
    },
  ])('$reason', ({ given, settled }) => {
    expect(isSettled(depot, objectOf(depot, 'd', given))).toBe(settled);
  });
});

function held(account: string): NonNullable<Given['metadata']> {
  const annotations = {
    ...base.metadata?.annotations,
    [accountAnnotation]: account,
    'konnect-reconciler.io/dock': '7',
  };
  return { annotations, finalizers: [finalizer] };
}

function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, turned(inner)]),
  );
}

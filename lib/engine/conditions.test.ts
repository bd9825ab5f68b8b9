import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConditionFact } from '../kinds/define.ts';
import { mergeConditions, sameConditions } from './conditions.ts';
import type { Condition } from './objects.ts';

const now = new Date('2026-03-01T12:00:00.700Z');
const before: Condition = {
  type: 'Programmed',
  status: 'True',
  reason: 'Programmed',
  message: '',
  observedGeneration: 1,
  lastTransitionTime: '2026-02-01T00:00:00Z',
};
const fact: ConditionFact = { type: 'Programmed', status: 'False', reason: 'FailedToUpdate', message: 'no' };

const status = fc.constantFrom<Condition['status']>('True', 'False', 'Unknown');
const type = fc.constantFrom('Programmed', 'APIAuthValid', 'Ready', 'Valid');
const facts = fc.uniqueArray(fc.record({ type, status, reason: fc.constantFrom('A', 'B'), message: fc.string() }), {
  selector: ({ type: name }) => name,
});
const conditions = fc.uniqueArray(
  fc.record({
    type,
    status,
    reason: fc.constantFrom('A', 'B'),
    message: fc.string(),
    observedGeneration: fc.nat(5),
    lastTransitionTime: fc.constantFrom('2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
  }),
  { selector: ({ type: name }) => name },
);

describe('mergeConditions', () => {
  it.each([
    {
      reason: 'a status that did not change keeps its time, whatever else is new',
      given: { ...fact, status: 'True' as const },
      wanted: { lastTransitionTime: '2026-02-01T00:00:00Z', message: 'no', observedGeneration: 4 },
    },
    {
      reason: 'a status that changed has the present time, in whole seconds',
      given: fact,
      wanted: { lastTransitionTime: '2026-03-01T12:00:00Z', status: 'False' },
    },
    {
      reason: 'the longest message that stays',
      given: { ...fact, message: 'x'.repeat(4096) },
      wanted: { message: 'x'.repeat(4096) },
    },
    {
      reason: 'a message that nobody could read to its end is cut',
      given: { ...fact, message: 'x'.repeat(50_000) },
      wanted: { message: `${'x'.repeat(4095)}…` },
    },
    {
      reason: 'none is cut in the middle of a character',
      given: { ...fact, message: `${'x'.repeat(4094)}😀${'x'.repeat(9)}` },
      wanted: { message: `${'x'.repeat(4094)}\ufffd…` },
    },
  ])('$reason', ({ given, wanted }) => {
    expect(mergeConditions([before], [given], { generation: 4, now, main: 'Programmed' })).toMatchObject([wanted]);
  });

  it('leaves conditions of others alone, and drops the stale ones', () => {
    const foreign = { ...before, type: 'Theirs' };
    const stale = { ...before, type: 'Valid', status: 'Unknown' as const };

    const merged = mergeConditions([foreign, stale], [fact], {
      generation: 4,
      now,
      main: 'Programmed',
      drop: ['Valid'],
    });

    expect(merged.map((condition) => condition.type)).toEqual(['Theirs', 'Programmed']);
    expect(merged[0]).toBe(foreign);
  });

  it('is idempotent: the same facts at a later time change nothing', () => {
    const later = new Date(now.getTime() + 3_600_000);
    fc.assert(
      fc.property(conditions, facts, fc.nat(9), (present, found, generation) => {
        const once = mergeConditions(present, found, { generation, now, main: 'Programmed' });
        const twice = mergeConditions(once, found, { generation, now: later, main: 'Programmed' });
        expect(twice).toEqual(once);
        expect(sameConditions(once, twice)).toBe(true);
      }),
    );
  });

  it('has every type once, and every fact', () => {
    fc.assert(
      fc.property(conditions, facts, (present, found) => {
        const merged = mergeConditions(present, found, { generation: 1, now, main: 'Programmed' });
        expect(new Set(merged.map((one) => one.type)).size).toBe(merged.length);
        for (const one of found) expect(merged).toContainEqual(expect.objectContaining(one));
      }),
    );
  });
});

describe('sameConditions', () => {
  it.each([
    {
      reason: 'another order',
      other: [{ ...before, type: 'B' }, before],
      one: [before, { ...before, type: 'B' }],
      same: true,
    },
    {
      reason: 'another order of keys',
      other: [Object.fromEntries(Object.entries(before).reverse())],
      one: [before],
      same: true,
    },
    { reason: 'another generation', other: [{ ...before, observedGeneration: 2 }], one: [before], same: false },
    { reason: 'another message', other: [{ ...before, message: 'x' }], one: [before], same: false },
    {
      reason: 'another time',
      other: [{ ...before, lastTransitionTime: '2026-02-02T00:00:00Z' }],
      one: [before],
      same: false,
    },
    { reason: 'one more', other: [before, { ...before, type: 'B' }], one: [before], same: false },
  ])('$reason: $same', ({ one, other, same }) => {
    expect(sameConditions(one, other as unknown as Condition[])).toBe(same);
  });
});

import { describe, expect, it } from 'vitest';
import { createFirstErrors, type FirstError } from './first-errors.ts';

const errorOf = (message: string): FirstError => ({ message, at: '2026-03-01T12:00:00.000Z', from: 'memory' });

describe('first errors', () => {
  it('keep the first of a message, not the last', () => {
    const errors = createFirstErrors();

    errors.note('m1', errorOf('away'));
    errors.note('m1', errorOf('slow'));

    expect(errors.of('m1')).toEqual(errorOf('away'));
    expect(errors.of('m2')).toBeUndefined();
  });

  it('forget what will not come back', () => {
    const errors = createFirstErrors();

    errors.note('m1', errorOf('away'));
    errors.forget('m1');
    errors.note('m1', errorOf('slow'));

    expect(errors.of('m1')?.message).toBe('slow');
  });

  it('keep so many and no more, the youngest of them', () => {
    const errors = createFirstErrors(2);

    for (const id of ['m1', 'm2', 'm3']) errors.note(id, errorOf(id));

    expect(['m1', 'm2', 'm3'].map((id) => errors.of(id)?.message)).toEqual([undefined, 'm2', 'm3']);
  });
});

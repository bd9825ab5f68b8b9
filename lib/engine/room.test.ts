import { describe, expect, it } from 'vitest';
import type { Condition } from './objects.ts';
import { withRoom } from './room.ts';

const seven = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];

function condition(type: string, status: Condition['status'] = 'True', message = ''): Condition {
  return { type, status, reason: 'R', message, lastTransitionTime: '2026-01-01T00:00:00Z' };
}

const full = [condition('Programmed'), ...seven.map((type) => condition(type))];
const own = ['Programmed', ...seven];

function typesOf(conditions: readonly Condition[]): readonly string[] {
  return conditions.map(({ type }) => type);
}

describe('nine conditions, where eight have room', () => {
  it('become eight: of those of this run that hold, the last one reported goes without a word', () => {
    const fitting = withRoom([...full, condition('H')], { own: [...own, 'H'], main: 'Programmed' });

    expect(fitting).toEqual(full);
  });

  it('keep what does not hold, and what others say', () => {
    const others = condition('H', 'True', 'of somebody else');
    const failing = full.map((one) => (one.type === 'G' ? condition('G', 'False', 'tags a, b') : one));
    const fitting = withRoom([...failing, others], { own, main: 'Programmed' });

    expect(typesOf(fitting)).toEqual(['Programmed', 'A', 'B', 'C', 'D', 'E', 'G', 'H']);
  });

  it('say in the main condition what had to go and was no matter of course', () => {
    const failing = [condition('Programmed'), ...seven.map((type) => condition(type, 'False', `no ${type}`))];
    const fitting = withRoom([...failing, condition('H', 'False', 'no H')], { own: [...own, 'H'], main: 'Programmed' });

    expect(fitting).toHaveLength(8);
    expect(fitting[0]?.message).toBe('; no room for further conditions: H=False (no H)');
  });

  it('say all that had to go, with its words where it has any', () => {
    const failing = [condition('Programmed', 'True', 'x'), ...seven.map((type) => condition(type, 'False'))];
    const more = [condition('H', 'False', 'no H'), condition('I', 'Unknown')];
    const fitting = withRoom([...failing, ...more], { own: ['I', 'H'], main: 'Programmed' });

    expect(typesOf(fitting)).toEqual(['Programmed', ...seven]);
    expect(fitting[0]?.message).toBe('x; no room for further conditions: H=False (no H), I=Unknown');
  });

  it('say it once, however often that is done, and no more once there is room', () => {
    const failing = [condition('Programmed', 'True', 'x'), ...seven.map((type) => condition(type, 'False'))];
    const options = { own: ['H'], main: 'Programmed' };
    const once = withRoom([...failing, condition('H', 'False')], options);
    const twice = withRoom([...once, condition('H', 'False')], options);

    expect(twice).toEqual(once);
    expect(withRoom(once.slice(0, 4), options)[0]?.message).toBe('x');
  });

  it('never lose the main one, not even to eight of others', () => {
    const others = [...seven, 'H'].map((type) => condition(type, 'False', 'theirs'));
    const fitting = withRoom([...others, condition('Programmed')], { own: ['Programmed'], main: 'Programmed' });

    expect(fitting).toHaveLength(8);
    expect(fitting.at(-1)).toMatchObject({ type: 'Programmed', message: expect.stringContaining('A=False (theirs)') });
  });
});

it('eight conditions stay as they are', () => {
  expect(withRoom(full, { own, main: 'Programmed' })).toEqual(full);
});

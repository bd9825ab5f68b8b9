import { describe, expect, it } from 'vitest';
import { humanDuration } from './age.ts';
import { jsonPath } from './json-path.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

describe('an age', () => {
  it.each([
    [0, '0s'],
    [119, '119s'],
    [2 * minute, '2m'],
    [3 * minute + 20, '3m20s'],
    [10 * minute + 5, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [7 * hour + 30 * minute, '7h30m'],
    [8 * hour + 30 * minute, '8h'],
    [47 * hour, '47h'],
    [2 * day + 4 * hour, '2d4h'],
    [8 * day + 4 * hour, '8d'],
    [700 * day, '700d'],
    [2 * 365 * day + 5 * day, '2y5d'],
    [9 * 365 * day, '9y'],
    [-0.5, '0s'],
    [-5, '<invalid>'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(humanDuration(seconds)).toBe(text);
  });
});

describe('a JSON path', () => {
  const value = {
    spec: {
      'a.b': 1,
      list: [
        { n: 'x', v: 1 },
        { n: 'y', v: 2, on: true },
      ],
    },
    status: {
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Other', status: 'False' },
      ],
    },
  };

  it.each([
    ['.spec.list[1].n', ['y']],
    ['.spec.list[-1].v', [2]],
    ['.spec.list[*].v', [1, 2]],
    ["['spec'].list[0].n", ['x']],
    ['.spec.a\\.b', [1]],
    ["{.status.conditions[?(@.type=='Ready')].status}", ['True']],
    ['.status.conditions[?(@.type=="Other")].status', ['False']],
    ['.spec.list[?(@.v > 1)].n', ['y']],
    ['.spec.list[?(@.v != 2)].n', ['x']],
    ['.spec.list[?(@.on)].n', ['y']],
    ['.spec.nothing.here', []],
  ])('%s finds %j', (path, found) => {
    expect(jsonPath(path)(value)).toEqual(found);
  });

  it('that can not be read says where', () => {
    expect(() => jsonPath('.spec[what]')).toThrow('JSON path ".spec[what]" can not be read at position 5');
  });
});

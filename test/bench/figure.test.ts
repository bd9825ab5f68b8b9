import { expect, it } from 'vitest';
import { type Figure, failures, median, tableOf } from './figure.ts';

const calls: Figure = { what: 'calls of a story', value: 7, unit: 'calls', bar: 6 };
const ratio: Figure = { what: 'time of a story', value: 2.004, unit: 'ratio', bar: 2 };
const figures: readonly Figure[] = [
  calls,
  ratio,
  { what: 'size', value: 1_200_000, unit: 'bytes', bar: 1_500_000 },
  { what: 'idle', value: 0, unit: 'calls', bar: 0 },
  { what: 'round trip', value: 2.345, unit: 'ms' },
];

it('fails for a count over its bar, and for a ratio only where that is asked for', () => {
  expect(failures(figures, { strict: false })).toEqual([calls]);
  expect(failures(figures, { strict: true })).toEqual([calls, ratio]);
});

it('prints each figure with its bar and whether it is kept', () => {
  expect(tableOf(figures).split('\n')).toEqual([
    'figure            measured        bar',
    'calls of a story         7        ≤ 6  over',
    'time of a story     2.00 ×   ≤ 2.00 ×  over',
    'size               1.20 MB  ≤ 1.50 MB  ok',
    'idle                     0        ≤ 0  ok',
    'round trip          2.3 ms',
  ]);
});

it('takes the middle of what was measured, in whatever order', () => {
  expect(median([30, 1, 2])).toBe(2);
  expect(median([4, 1])).toBe(4);
  expect(() => median([])).toThrow('measure at least once');
});

import { expect, it } from 'vitest';
import { evenOrdersOf } from './permutations.ts';

it('brings any three of four things in each order that they can have', () => {
  const orders = evenOrdersOf(['a', 'b', 'c', 'd']);
  expect(new Set(orders.map((order) => order.join(''))).size).toBe(12);
  for (const left of ['a', 'b', 'c', 'd']) {
    const rest = orders.map((order) => order.filter((thing) => thing !== left).join(''));
    expect(new Set(rest).size).toBe(6);
  }
});

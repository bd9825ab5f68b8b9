import type { Environment } from '@marcbachmann/cel-js';

type Scalar = bigint | number | string | boolean;

function compare(left: Scalar, right: Scalar): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function extreme(list: readonly Scalar[], sign: number, name: string): Scalar {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error(`${name} called on empty list`);
  return rest.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best), first);
}

function sum(list: readonly Scalar[]): Scalar {
  if (list.some((item) => typeof item === 'number'))
    return list.reduce<number>((total, item) => total + Number(item), 0);
  return list.reduce<bigint>((total, item) => total + (typeof item === 'bigint' ? item : 0n), 0n);
}

function isSorted(list: readonly Scalar[]): boolean {
  return list.every((item, index) => index === 0 || compare(list[index - 1] ?? item, item) <= 0);
}

/** Functions of lists: isSorted, sum, min, max, indexOf, lastIndexOf; and sets.contains, equivalent, intersects. */
export function registerLists(environment: Environment): void {
  environment
    .registerFunction('list.isSorted(): bool', isSorted)
    .registerFunction('list.sum(): dyn', sum)
    .registerFunction('list.min(): dyn', (list: readonly Scalar[]) => extreme(list, -1, 'min'))
    .registerFunction('list.max(): dyn', (list: readonly Scalar[]) => extreme(list, 1, 'max'))
    .registerFunction('list.indexOf(dyn): int', (list: readonly Scalar[], item: Scalar) => BigInt(list.indexOf(item)))
    .registerFunction('list.lastIndexOf(dyn): int', (list: readonly Scalar[], item: Scalar) =>
      BigInt(list.lastIndexOf(item)),
    );
}

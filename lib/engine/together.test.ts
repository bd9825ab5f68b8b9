import { expect, it } from 'vitest';
import { together } from './together.ts';

it('gives the results in the order of the work, not of its ends', async () => {
  const late = Promise.withResolvers<string>();
  const results = together([late.promise, Promise.resolve(2)]);
  late.resolve('one');

  expect(await results).toEqual(['one', 2]);
});

it('throws only once nothing runs any more, and always the first failure of the order', async () => {
  const late = Promise.withResolvers<never>();
  const done: string[] = [];
  const slow = late.promise.finally(() => done.push('slow'));
  const outcome = together([slow, Promise.reject(new Error('second'))]).catch((error: unknown) => {
    done.push('thrown');
    return error;
  });

  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual([]);
  late.reject(new Error('first'));

  expect(await outcome).toEqual(new Error('first'));
  expect(done).toEqual(['slow', 'thrown']);
});

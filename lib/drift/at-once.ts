import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items after which the event loop has its turn. */
const turnEvery = 50;

/**
 * Does the work for every item, for so many at a time. Work that only looks at what is in memory would otherwise keep
 * everything else waiting, and what it leaves behind from being freed.
 */
export async function atOnce<Item>(
  items: Iterable<Item>,
  count: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  // Several workers take from one iterator.
  const waiting = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    let done = 0;
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      await work(next.value);
      done += 1;
      if (done % turnEvery === 0) await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
}

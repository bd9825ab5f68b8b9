/** Makes one change. */
export type Change<Item> = (item: Item) => Promise<void>;

const hands = 16;
const tickMs = 20;

/** Makes changes one after the other, with several hands. */
export async function atOnce<Item>(some: readonly Item[], change: Change<Item>): Promise<void> {
  const left = some.values();
  const work = async () => {
    for (const one of left) await change(one);
  };
  await Promise.all(Array.from({ length: hands }, work));
}

/** So many in every second, each object in its turn; where the API server does not keep up there are fewer. */
export async function sustained<Item>(
  items: readonly Item[],
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
  change: Change<Item>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const start = performance.now();
  let made = 0;
  await new Promise<void>((resolve, reject) => {
    const timer = setInterval(() => {
      const elapsed = (performance.now() - start) / 1_000;
      for (; made < rate * Math.min(elapsed, seconds) && underWay.size < 10 * hands; made += 1) {
        const one = change(items[made % items.length] as Item).catch(reject);
        underWay.add(one);
        one.then(() => underWay.delete(one));
      }
      if (elapsed < seconds) return;
      clearInterval(timer);
      resolve();
    }, tickMs);
  });
  await Promise.all(underWay);
}

/** One of each group, then the next of each. */
export function takingTurns<Item>(groups: readonly (readonly Item[])[]): readonly Item[] {
  const longest = Math.max(...groups.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => groups.flatMap((group) => group[index] ?? [])).flat();
}

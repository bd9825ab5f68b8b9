/** Keys in byte order, as etcd returns them. */
export interface SortedKeys {
  add(key: string): void;
  remove(key: string): void;
  /** The keys that start with a prefix, in order, those after `after` only. */
  within(prefix: string, after?: string): readonly string[];
}

/** An ordered set; insertion and removal move at most the tail of one array, so 10,000 keys stay cheap. */
export function sortedKeys(): SortedKeys {
  const keys: string[] = [];

  function position(key: string): number {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add(key) {
      const index = position(key);
      if (keys[index] !== key) keys.splice(index, 0, key);
    },
    remove(key) {
      const index = position(key);
      if (keys[index] === key) keys.splice(index, 1);
    },
    within(prefix, after) {
      const start = position(after === undefined ? prefix : `${after}\0`);
      const end = position(`${prefix}\uffff`);
      return keys.slice(Math.max(start, position(prefix)), end);
    },
  };
}

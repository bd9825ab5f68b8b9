import type { Clock } from '../engine/ports.ts';

interface Entry<Value> {
  readonly value: Promise<Value | undefined>;
  readonly expiresAt: number;
}

const mostEntries = 500;

/** Remembers what was read for a short while. Reads of one key at the same time are one read. */
export interface Cache<Value> {
  get(key: string, read: () => Promise<Value | undefined>): Promise<Value | undefined>;
  set(key: string, value: Value): void;
  /** Also what is being read right now is not remembered. */
  forget(key: string): void;
}

/** Neither failures nor absent values are remembered, so what is stored next is seen at once. */
export function createCache<Value>(seconds: number, clock: Clock): Cache<Value> {
  const entries = new Map<string, Entry<Value>>();
  const now = (): number => clock.now().getTime();

  function put(key: string, value: Promise<Value | undefined>): void {
    entries.delete(key);
    const [oldest] = entries.keys();
    if (entries.size >= mostEntries && oldest !== undefined) entries.delete(oldest);
    entries.set(key, { value, expiresAt: now() + seconds * 1000 });
  }

  async function load(key: string, value: Promise<Value | undefined>): Promise<Value | undefined> {
    put(key, value);
    let found: Value | undefined;
    try {
      found = await value;
      return found;
    } finally {
      if (found === undefined && entries.get(key)?.value === value) entries.delete(key);
    }
  }

  return {
    async get(key, read) {
      const known = entries.get(key);
      if (known === undefined || known.expiresAt <= now()) return load(key, read());
      // Re-inserted without a new expiry: the map's order is that of last use.
      entries.delete(key);
      entries.set(key, known);
      return known.value;
    },
    set: (key, value) => put(key, Promise.resolve(value)),
    forget: (key) => void entries.delete(key),
  };
}

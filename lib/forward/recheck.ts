import { createHash } from 'node:crypto';
import type { Kind } from '../kinds/define.ts';

/**
 * The number of the interval in which a moment lies, for one object. The intervals of different objects begin at
 * different moments, so that a fleet is spread over time; they follow from the uid alone, so that every replica counts
 * the same.
 */
export function recheckWindow(uid: string, intervalSeconds: number, now: Date): number {
  const spread = createHash('sha256').update(uid).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(now.getTime() / 1000 / intervalSeconds + spread);
}

/** How often to look whose interval is over: often enough that nobody is late by more than a twentieth of it. */
export function recheckEveryMs(kinds: readonly Pick<Kind, 'recheckSeconds'>[]): number | undefined {
  const intervals = kinds.flatMap(({ recheckSeconds }) => (recheckSeconds === undefined ? [] : [recheckSeconds]));
  if (intervals.length === 0) return undefined;
  return Math.min(60_000, Math.max(50, (Math.min(...intervals) * 1000) / 20));
}

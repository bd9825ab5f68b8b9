import { createHash } from 'node:crypto';

/**
 * The number of the interval in which a moment lies, for one object. The intervals of different objects begin at
 * different moments, so that a fleet is spread over time; they follow from the uid alone, so that every replica counts
 * the same.
 */
export function recheckWindow(uid: string, intervalSeconds: number, now: Date): number {
  const spread = createHash('sha256').update(uid).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(now.getTime() / 1000 / intervalSeconds + spread);
}

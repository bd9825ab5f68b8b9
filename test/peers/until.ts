import { setTimeout as delay } from 'node:timers/promises';

const limitMilliseconds = 30_000;
const betweenMilliseconds = 50;

/** Asks until the probe says true. */
export async function until(what: string, probe: () => boolean): Promise<void> {
  const deadline = Date.now() + limitMilliseconds;
  while (!probe()) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await delay(betweenMilliseconds);
  }
}

import { setTimeout as delay } from 'node:timers/promises';

/** Waits so long, or less where the signal aborts; never rejects. A port, so that tests need not wait. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch {
    // Aborted: whoever waited looks at the signal.
  }
}

export interface BackoffOptions {
  readonly firstMs: number;
  readonly largestMs: number;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** Exponential backoff with full jitter: somewhere between nothing and `firstMs` doubled per earlier attempt. */
export function backoffMs(attempt: number, { firstMs, largestMs, random = Math.random }: BackoffOptions): number {
  return Math.ceil(random() * Math.min(largestMs, firstMs * 2 ** Math.min(attempt, 30)));
}

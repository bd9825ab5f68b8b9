/** How often a message is tried before it becomes a dead letter. */
export const maxAttempts = 10;

const baseSeconds = 2;
const capSeconds = 15 * 60;
/** SQS: a message can be hidden for twelve hours at most. */
const sqsLimitSeconds = 12 * 60 * 60;

/**
 * Seconds until the next try. What the other side asked for is the least, with a little jitter on top so that not all come
 * back at once; otherwise exponential with full jitter by the number of tries.
 * @param random a number from 0 up to 1
 */
export function backoffSeconds(attempts: number, afterSeconds: number | undefined, random: number): number {
  if (afterSeconds !== undefined) {
    return Math.min(Math.ceil(afterSeconds + random * Math.min(afterSeconds * 0.1, 30)), sqsLimitSeconds);
  }
  const ceiling = Math.min(baseSeconds * 2 ** (attempts - 1), capSeconds);
  return Math.ceil(random * ceiling);
}

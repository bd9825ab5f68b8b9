/** How often a message is tried before it becomes a dead letter. */
export const maxAttempts = 10;

// Ten tries must last longer than an outage of ten minutes, however the dice fall: these last twelve at the least.
const baseSeconds = 3;
const capSeconds = 15 * 60;
/**
 * The longest that anybody waits because a server said so, in seconds. SQS hides a message for twelve hours at most,
 * counted from its receive, and refuses more than is left of them: ten minutes are more than a batch waits and is worked
 * on. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export const longestWaitSeconds = 12 * 60 * 60 - 10 * 60;

/** What was asked for was not enough so often: from then on a message waits as long as one that nobody told when to come. */
const mostTrusted = 3;

/**
 * Seconds until the next try. What the other side asked for is the least, with a little jitter on top so that not all come
 * back at once; otherwise, and where that was wrong several times, exponential by the number of tries, of which the second
 * half is left to chance.
 * @param random a number from 0 up to 1
 */
export function backoffSeconds(attempts: number, afterSeconds: number | undefined, random: number): number {
  const ceiling = Math.min(baseSeconds * 2 ** (attempts - 1), capSeconds);
  const growing = Math.ceil((ceiling * (1 + random)) / 2);
  if (afterSeconds === undefined) return growing;
  const asked = Math.ceil(afterSeconds + random * Math.min(afterSeconds * 0.1, 30));
  return Math.min(attempts > mostTrusted ? Math.max(asked, growing) : asked, longestWaitSeconds);
}

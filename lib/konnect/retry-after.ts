import { longestWaitSeconds } from '../events/backoff.ts';

/**
 * Seconds to wait by a `Retry-After` header (RFC 9110 §10.2.3): a number of seconds, or an HTTP date as seconds from now.
 * Undefined where there is none, where it is malformed, and where its moment is past. An answer that asks for more than a
 * message of a queue can wait is not to be believed.
 */
export function retryAfterSeconds(header: string | undefined, now: Date): number | undefined {
  const value = header?.trim() ?? '';
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((httpDate(value) - now.getTime()) / 1000);
  return seconds > 0 ? Math.min(seconds, longestWaitSeconds) : undefined;
}

// All three forms of RFC 9110 §5.6.7 begin with the name of a day and mean UTC, though the asctime form does not say so.
function httpDate(value: string): number {
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(value)) return Number.NaN;
  return Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
}

import type { Answer } from './answer.ts';
import { standardAnswer } from './families.ts';

/** A token bucket for each organization: `burst` requests at once, then `perSecond`. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
  /** Whether a 429 says when to come back. Konnect's connection limit never does, its request limit usually. */
  readonly retryAfter: boolean;
}

interface Bucket {
  readonly level: number;
  readonly at: number;
}

export interface RateLimiter {
  /** The 429 to give, or undefined when the request may pass. */
  take(organizationId: string): Answer | undefined;
}

/** @param clock the emulator's own, so that a test's clock refills the bucket. */
export function createRateLimiter(limit: RateLimit | undefined, clock: () => Date): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take(organizationId) {
      if (limit === undefined) return undefined;
      const level = refill(limit, buckets.get(organizationId), clock().getTime());
      const passes = level >= 1;
      buckets.set(organizationId, { level: passes ? level - 1 : level, at: clock().getTime() });
      return passes ? undefined : tooMany(limit, level);
    },
  };
}

function refill(limit: RateLimit, bucket: Bucket | undefined, now: number): number {
  if (bucket === undefined) return limit.burst;
  return Math.min(limit.burst, bucket.level + ((now - bucket.at) / 1000) * limit.perSecond);
}

function tooMany(limit: RateLimit, level: number): Answer {
  const answer = standardAnswer('front', 429);
  if (!limit.retryAfter) return answer;
  const seconds = Math.max(1, Math.ceil((1 - level) / limit.perSecond));
  return { ...answer, headers: { 'retry-after': String(seconds) } };
}

import { maxAttempts } from '../../lib/events/backoff.ts';

/** Seconds that a function may run. */
const functionTimeoutSeconds = 60;
/** Seconds that a tool may run: as long as Lambda allows. What is left then is gone on with. */
const toolTimeoutSeconds = 900;
/** The most that SQS allows: a Retry-After may be hours, ten times over, and a dead letter waits for a person. */
const longestRetentionSeconds = 14 * 86_400;

/** The facts that the deployment and the local stack have in common. */
export const settings = {
  functionTimeoutSeconds,
  memoryMb: 512,
  /** Records in one invocation; 10 is the most that a FIFO queue gives. */
  batchSize: 10,
  /**
   * Invocations of one function at a time, each with `callsInFlight` calls (lib/konnect/client.ts) of one organisation:
   * eight calls in all. Konnect publishes no limit; large syncs of other clients ran into it with ten calls at once, and
   * four were always borne. Many invocations with one call each, rather than few with several: a batch is often half
   * full, as events of one object come together, and then several calls at once would have nothing to do.
   */
  maximumConcurrency: 8,
  queue: {
    /** AWS asks for at least six times the function's timeout, so that no message comes back while it is worked on. */
    visibilityTimeoutSeconds: 6 * functionTimeoutSeconds,
    /** SQS's own redrive, for functions that die before they can write a dead letter with its reason. */
    maxReceiveCount: maxAttempts + 2,
    retentionSeconds: longestRetentionSeconds,
  },
  toolTimeoutSeconds,
  /** Parts of a drift check at a time; the least that Lambda takes. They read long lists, and live changes come first. */
  driftConcurrency: 2,
  driftQueue: {
    visibilityTimeoutSeconds: 6 * toolTimeoutSeconds,
    /** The next run looks at everything again, so a part that fails is not worth many tries. */
    maxReceiveCount: 2,
    /** For the same reason. Both tries of a part, and an hour in which it waits for others, are over before. */
    retentionSeconds: 4 * 3_600,
  },
  deadLetterRetentionSeconds: longestRetentionSeconds,
} as const;

/**
 * Errors that know their fate. The engine's `verdictOf` is the only place that turns one into what the queue does.
 * Messages of these errors may reach a condition, so they never hold a secret or a per-request trace id.
 */

/** Something that is not there yet: acknowledged, and woken by the event of what is waited for. */
export class Wait extends Error {
  override readonly name = 'Wait';
  /** What Konnect had of the object went with what is waited for. */
  readonly lost: boolean;
  /** The condition reason, CamelCase; that of the kind's waiting where absent. */
  readonly reason: string | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly lost?: boolean; readonly reason?: string }) {
    super(message, options);
    this.lost = options?.lost === true;
    this.reason = options?.reason;
  }
}

/** Only a change of the object, of what it refers to, or of the token can help: told in a condition, not retried. */
export class Terminal extends Error {
  override readonly name = 'Terminal';
  /** The condition reason, CamelCase; the step's default where absent. */
  readonly reason: string | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly reason?: string }) {
    super(message, options);
    this.reason = options?.reason;
  }
}

/** Worth another try by itself: returned to the queue with a delay. */
export class Retry extends Error {
  override readonly name = 'Retry';
  /** Seconds that the other side asked for; absent means exponential backoff. */
  readonly afterSeconds: number | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly afterSeconds?: number }) {
    super(message, options);
    this.afterSeconds = options?.afterSeconds;
  }
}

/** A queue message that is no event of ours: kept as a dead letter at once. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent';
}

/** What a Konnect answer means, whatever family of APIs gave it (status and body are both looked at). */
export type KonnectFailure =
  | 'unreachable' // no answer: network, timeout, connection cut. A write may or may not have happened
  | 'unintelligible' // a 2xx answer without the promised content: a write may or may not have happened
  | 'rate-limited' // 429
  | 'unavailable' // 5xx
  | 'unauthenticated' // 401
  | 'forbidden' // 403: permissions, quota, operation not permitted on this control plane
  | 'not-found' // 404
  | 'unique-violation' // the name, id or key is taken
  | 'missing-reference' // a foreign key does not exist (yet)
  | 'still-referenced' // a delete refused because something refers to the entity
  | 'invalid'; // any other 4xx: the request is wrong and stays wrong

/** A call to Konnect that did not give what it should. `message` is stable: the same failure always reads the same. */
export class KonnectError extends Error {
  override readonly name = 'KonnectError';
  readonly failure: KonnectFailure;
  /** HTTP status; absent where there was no answer. */
  readonly status: number | undefined;
  /** Seconds of Retry-After (or its HTTP date, as seconds from now), where sent and in the future. */
  readonly retryAfterSeconds: number | undefined;
  /** `kong:trace:…` of the answer: for logs only, since it differs each time. */
  readonly traceId: string | undefined;

  constructor(
    message: string,
    details: {
      readonly failure: KonnectFailure;
      readonly status?: number | undefined;
      readonly retryAfterSeconds?: number | undefined;
      readonly traceId?: string | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.failure = details.failure;
    this.status = details.status;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.traceId = details.traceId;
  }
}

/** An answer of the Kubernetes API that is no success. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  /** HTTP status; absent where there was no answer. */
  readonly status: number | undefined;
  /** `reason` of the Status object, such as Conflict, AlreadyExists, Invalid, Forbidden. */
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    details: {
      readonly status?: number | undefined;
      readonly reason?: string | undefined;
      readonly retryAfterSeconds?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.status = details.status;
    this.reason = details.reason;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

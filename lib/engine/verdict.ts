import { clip } from './conditions.ts';
import { ClusterError, KonnectError, MalformedEvent, Retry, Terminal, Wait } from './errors.ts';

/** What becomes of an event, and how its condition reads. */
export type Verdict =
  | { readonly is: 'done' }
  | { readonly is: 'wait'; readonly message: string; readonly reason?: string; readonly lost?: true }
  | { readonly is: 'retry'; readonly message: string; readonly afterSeconds?: number; readonly before?: Trouble }
  | { readonly is: 'terminal'; readonly message: string; readonly reason?: string }
  | { readonly is: 'malformed'; readonly message: string };

/** What became of what failed. */
export type Failure = Exclude<Verdict, { readonly is: 'done' }>;

/** What an object's main condition said was wrong before it was tried again. */
export interface Trouble {
  readonly message: string;
  /** When the condition became False, RFC 3339. */
  readonly since: string;
}

/** Characters of a message: it may quote what Konnect holds, which anybody can make as long as they like. */
const longestMessage = 2_048;

/** The one place that decides the fate of an error. An error that nobody foresaw is retried and ends as a dead letter. */
export function verdictOf(error: unknown): Failure {
  const failure = failureOf(error);
  return { ...failure, message: clip(failure.message, longestMessage) };
}

function failureOf(error: unknown): Failure {
  if (error instanceof Wait) {
    return { is: 'wait', message: error.message, ...reasonOf(error), ...(error.lost ? { lost: true } : {}) };
  }
  if (error instanceof Terminal) return { is: 'terminal', message: error.message, ...reasonOf(error) };
  if (error instanceof MalformedEvent) return { is: 'malformed', message: error.message };
  if (error instanceof KonnectError) return verdictOfKonnect(error);
  if (error instanceof Retry) return retry(error.message, error.afterSeconds);
  if (error instanceof ClusterError) return retry(error.message, error.retryAfterSeconds);
  return retry(`unexpected ${error instanceof Error ? error.name : typeof error}: see the log`, undefined);
}

function reasonOf({ reason }: Wait | Terminal): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

function verdictOfKonnect(error: KonnectError): Failure {
  switch (error.failure) {
    case 'unreachable':
    case 'unintelligible':
    case 'rate-limited':
    case 'unavailable':
    // A refused token may be in the middle of its rotation; the auth configuration is asked to look at the same time.
    case 'unauthenticated':
    // Parents may still be on their way to Konnect, children on their way out: bounded by the dead-letter queue.
    case 'not-found':
    case 'missing-reference':
    case 'still-referenced':
      return retry(error.message, error.retryAfterSeconds);
    case 'forbidden':
    case 'unique-violation':
    case 'invalid':
      return { is: 'terminal', message: error.message };
    default:
      return error.failure satisfies never;
  }
}

function retry(message: string, afterSeconds: number | undefined): Failure {
  return { is: 'retry', message, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
}

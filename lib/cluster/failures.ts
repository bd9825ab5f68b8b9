import { ClusterError } from '../engine/errors.ts';
import { isRecord } from '../engine/objects.ts';
import { longestWaitSeconds } from '../events/backoff.ts';

/** An HTTP answer of the API server. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** The `Retry-After` header as sent. */
  readonly retryAfter?: string | undefined;
}

const longestMessage = 1024;

/**
 * The error that an answer stands for. `what` names the call and its object. Only the message of a Status object is
 * repeated: whatever else sits in between (a proxy's page) is no text for a condition.
 */
export function failureOf(what: string, answer: Answer, now: Date): ClusterError {
  const status = statusOfBody(answer.body);
  const why = status?.message?.slice(0, longestMessage) ?? `HTTP ${answer.status}`;
  return new ClusterError(`${what}: ${why}`, {
    status: answer.status,
    reason: status?.reason,
    retryAfterSeconds: retryAfterSeconds(answer.retryAfter, now),
  });
}

/** The error of a call that got no answer. `code` of Node or undici says why; the message is the same each time. */
export function unreachable(what: string, cause: unknown): ClusterError {
  const code = isRecord(cause) && typeof cause['code'] === 'string' ? cause['code'] : undefined;
  const name = cause instanceof Error ? cause.name : 'no answer';
  return new ClusterError(`${what}: the API server did not answer (${code ?? name})`, { cause });
}

/** The error of an answer that is none of what API servers give: who asks for the same again may get the same. */
export function unintelligible(what: string, why: string): ClusterError {
  return new ClusterError(`${what}: ${why}`, { reason: garbled });
}

const garbled = 'Unintelligible';

export function isUnintelligible(error: unknown): boolean {
  return error instanceof ClusterError && error.status === undefined && error.reason === garbled;
}

/** The error of a resource that the API server does not serve. */
export function notServed(what: string, resource: string): ClusterError {
  return new ClusterError(`${what}: the cluster does not serve ${resource}; install its CustomResourceDefinition`, {
    status: 404,
  });
}

/** The object that a 404 says is missing; undefined where it says that the path is unknown. */
export function missingObject(answer: Answer): string | undefined {
  const status = answer.status === 404 ? statusOfBody(answer.body) : undefined;
  const name = status?.reason === 'NotFound' ? status.details?.['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** True for the error of a resource that the API server does not serve (its CRD is not installed). */
export function isNotServed(error: unknown): boolean {
  return error instanceof ClusterError && error.status === 404 && error.reason === undefined;
}

/** True where a resourceVersion or a `continue` token is too old: list again. */
export function isExpired(error: unknown): boolean {
  return error instanceof ClusterError && error.status === 410;
}

interface StatusObject {
  readonly message: string | undefined;
  readonly reason: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
}

function statusOfBody(body: string): StatusObject | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined; // `404 page not found` and proxies' pages are plain text
  }
  if (!isRecord(value) || value['kind'] !== 'Status') return undefined;
  const { message, reason, details } = value;
  return {
    message: typeof message === 'string' ? message : undefined,
    reason: typeof reason === 'string' ? reason : undefined,
    details: isRecord(details) ? details : undefined,
  };
}

// Retry-After is a number of seconds or an HTTP date (RFC 9110, 10.2.3).
function retryAfterSeconds(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - now.getTime()) / 1000);
  return seconds > 0 ? Math.min(seconds, longestWaitSeconds) : undefined;
}

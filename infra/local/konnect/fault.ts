import type { Answer } from './answer.ts';
import { type Family, standardAnswer } from './families.ts';
import type { KonnectRequest } from './recorder.ts';

/** An answer that the gateway gives instead of the API: nothing is done. */
export interface StatusFault {
  readonly status: number;
  /** Without it, what the family of the path says for this status. */
  readonly body?: unknown;
  /** Seconds, or an HTTP date. */
  readonly retryAfter?: number | string;
  /** An HTML page, as from a proxy that knows nothing of the API. */
  readonly html?: true;
}

/**
 * What may go wrong with one request:
 * - `reset`: the connection breaks before anything happens
 * - `reset-after`: the work is done, the answer is lost
 * - `empty-after`: the work is done, the answer has its status and nothing else
 * - `hang`: no answer ever, nothing done; stopping the server ends it
 * - `hang-after`: no answer ever, and the work is done
 * - `stale-list`: a list answers as before the most recent change
 * - `delayMs`: the work waits so long before it starts
 */
export type Fault =
  | 'reset'
  | 'reset-after'
  | 'empty-after'
  | 'hang'
  | 'hang-after'
  | 'stale-list'
  | { readonly delayMs: number }
  | StatusFault;

/** Decides for each request; `nth` counts from 1 since the rule was set. */
export type FaultRule = (request: KonnectRequest, nth: number) => Fault | undefined;

export interface Faults {
  set(rule: FaultRule | undefined): void;
  next(request: KonnectRequest): Fault | undefined;
}

export function createFaults(): Faults {
  let rule: FaultRule | undefined;
  let count = 0;
  return {
    set(next) {
      rule = next;
      count = 0;
    },
    next(request) {
      count += 1;
      return rule?.(request, count);
    },
  };
}

/** The answer of an injected status. */
export function faultAnswer(fault: StatusFault, family: Family): Answer {
  const { headers = {}, ...answer } = bodyOf(fault, family);
  if (fault.retryAfter === undefined) return { ...answer, headers };
  return { ...answer, headers: { ...headers, 'retry-after': String(fault.retryAfter) } };
}

function bodyOf({ status, body, html }: StatusFault, family: Family): Answer {
  if (html) {
    return { status, contentType: 'text/html', body: `<html><body><center><h1>${status}</h1></center></body></html>` };
  }
  return body === undefined ? standardAnswer(family, status) : { status, contentType: 'application/json', body };
}

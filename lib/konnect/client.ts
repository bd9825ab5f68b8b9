import type { LookupFunction } from 'node:net';
import { KonnectError, type KonnectFailure, Terminal } from '../engine/errors.ts';
import { isRecord } from '../engine/objects.ts';
import type { Account, Clock, Konnect, KonnectCall, Log } from '../engine/ports.ts';
import { isUnwieldy } from '../unwieldy.ts';
import { parse } from './answer.ts';
import { createBudgets } from './budget.ts';
import { type Answer, type Asked, toKonnectError } from './errors.ts';
import { walk } from './list.ts';
import { observed } from './observe.ts';
import { accountKey, requestOf } from './request.ts';
import { hostOf } from './server-url.ts';
import { createTransport } from './transport.ts';
import { toUnreachable } from './unreachable.ts';

/** One HTTP call that was made, for metrics. */
export interface CallReport {
  readonly method: string;
  /** The path without ids, such as `PUT /v2/control-planes/{id}/core-entities/services/{id}`: few different values. */
  readonly operation: string;
  readonly host: string;
  readonly milliseconds: number;
  /** HTTP status; absent where there was no answer. */
  readonly status?: number;
  /** Absent on success. */
  readonly failure?: KonnectFailure;
}

export interface KonnectOptions {
  /** Hosts beside Konnect's own: `host` or `host:port`. These may also be internal. */
  readonly allowedHosts: readonly string[];
  /** Connect to this origin in place of the real servers, whose `Host` header and paths are kept. For a local Konnect. */
  readonly endpointURL?: string;
  /** For one whole call, answer read included. */
  readonly timeoutMs?: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly userAgent: string;
  readonly maxConcurrentPerOrganization?: number;
  /** Told of every HTTP call when it has ended. */
  readonly onCall?: (report: CallReport) => void;
  /** How host names are resolved, in place of the system's way. */
  readonly lookup?: LookupFunction;
}

/** A list of the global host is asked for with `host`. */
export type ListCall = Pick<KonnectCall, 'path' | 'query' | 'host'>;

export interface KonnectClient extends Konnect {
  list(account: Account, call: ListCall): AsyncIterable<unknown>;
  /** Ends all connections, once the calls under way have ended. */
  close(): Promise<void>;
}

/**
 * Calls of one organisation at the same time, in one container; `maximumConcurrency` in infra/aws/settings.ts says how
 * many containers there are.
 */
export const callsInFlight = 1;

const mostListed = 64 * 1024 * 1024;

/**
 * The Konnect API over HTTPS. A call is tried once (a GET twice, where a reused connection turned out to be closed):
 * trying again is the queue's business. Errors are `KonnectError`s and hold no token and no part of a body that is secret.
 */
export function createKonnect(options: KonnectOptions): KonnectClient {
  const { clock, timeoutMs = 10_000, maxConcurrentPerOrganization = callsInFlight } = options;
  const transport = createTransport({ ...options, timeoutMs, endpointURL: originOf(options.endpointURL) });
  const budgets = createBudgets({ clock, maxConcurrent: maxConcurrentPerOrganization });

  async function call(account: Account, asked: KonnectCall, read: (characters: number) => void): Promise<unknown> {
    const { request, redacted } = refusing(() => requestOf(account, asked, options));
    const host = hostOf(request.serverURL);
    return budgets.run(accountKey(account), () =>
      observed(options, { method: asked.method, path: asked.path, host }, async (note) => {
        const answer = await transport.send(request).catch((error: unknown) => {
          throw toUnreachable(error, redacted, host);
        });
        note(answer.status);
        if (answer.status >= 300) throw toKonnectError(answer, redacted, clock.now());
        read(answer.body.length);
        return contentOf(answer, redacted);
      }),
    );
  }

  return {
    call: (account, asked) => call(account, asked, () => undefined),
    list: (account, { path, query = {}, host = 'regional' }) => {
      const count = counted(path);
      return walk(path, query, (page) => call(account, { method: 'GET', path, query: page, host }, count));
    },
    close: () => transport.close(),
  };
}

/** Pages are bounded one by one, which says nothing of how many there are: all of a list is held at once. */
function counted(path: string): (characters: number) => void {
  let all = 0;
  return (characters) => {
    all += characters;
    if (all <= mostListed) return;
    throw new KonnectError(`Konnect's list ${path} is longer than ${mostListed} characters`, {
      failure: 'unintelligible',
    });
  };
}

function contentOf(answer: Answer, { method, path }: Asked): unknown {
  const { status, body } = answer;
  if (status === 204 || (method === 'DELETE' && body.trim() === '')) return undefined;
  const content = parse(body);
  if ((isRecord(content) || Array.isArray(content)) && !isUnwieldy(content)) return content;
  // Not a failure of the write: it may well have happened, and only a look can tell.
  throw new KonnectError(`Konnect answered ${status} to ${method} ${path} without the promised JSON`, {
    failure: 'unintelligible',
    status,
  });
}

// A server URL that passed before the allow-list changed is an answer of this client like any other refusal.
function refusing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof Terminal) throw new KonnectError(error.message, { failure: 'invalid', cause: error });
    throw error;
  }
}

function originOf(endpointURL: string | undefined): string | undefined {
  if (endpointURL === undefined) return undefined;
  const { origin, pathname } = new URL(endpointURL);
  if (origin === 'null' || pathname !== '/') {
    throw new Error('the endpoint URL for Konnect must be http(s)://host[:port] without a path');
  }
  return origin;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { actingUser } from './access/impersonate.ts';
import { permission, refusal } from './access/rbac.ts';
import { authenticate, type User } from './access/users.ts';
import type { ApiRequest, Fault, FaultRule } from './api-request.ts';
import type { Cluster } from './cluster.ts';
import { answerTo, type Exchange, openWatch } from './exchange.ts';
import { type RequestInfo, requestInfo } from './http/request-info.ts';
import { sendEncoded, sendError } from './http/send.ts';
import { type LogEntry, logEntry } from './request-log.ts';
import { ApiError, forbidden, unauthorized } from './status.ts';

/** Answers HTTP requests and keeps the log of them. */
export interface Handler {
  readonly requests: readonly ApiRequest[];
  handle(request: IncomingMessage, response: ServerResponse): void;
  resetRequests(): void;
  setFault(fault: FaultRule | undefined): void;
  dropWatches(): void;
}

/** What the handling of all requests shares. */
interface Shared {
  readonly cluster: Cluster;
  /** Milliseconds before each answer. */
  readonly latency: number;
  readonly requests: LogEntry[];
  /** What ends each open watch. */
  readonly watches: Set<() => void>;
  fault: FaultRule | undefined;
}

function faultError({ status, reason = '', retryAfter }: Exclude<Fault, string>): ApiError {
  const details = retryAfter === undefined ? undefined : { retryAfterSeconds: retryAfter };
  return new ApiError(status, reason, `injected fault: HTTP ${status}`, details);
}

function authorize(cluster: Cluster, info: RequestInfo, user: User): void {
  if (permission(cluster.store, user, info) !== undefined) return;
  throw forbidden({ group: info.group, plural: info.resource }, info.name ?? '', refusal(user, info));
}

/** The user that a request acts as; throws 401 or 403. */
function admitted({ cluster }: Shared, request: IncomingMessage, info: RequestInfo): User {
  const authenticated = authenticate(request.headers.authorization, cluster.tokens);
  if (authenticated === undefined) throw unauthorized();
  const user = actingUser(cluster.store, authenticated, request.headers);
  authorize(cluster, info, user);
  return user;
}

function watch(shared: Shared, exchange: Exchange, entry: LogEntry): void {
  const stop = openWatch(shared.cluster, exchange, entry);
  shared.watches.add(stop);
  exchange.response.once('close', () => shared.watches.delete(stop));
}

async function serve(shared: Shared, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { cluster, latency } = shared;
  const url = new URL(request.url ?? '/', 'https://localhost');
  const info = requestInfo(request.method ?? 'GET', url);
  const name = authenticate(request.headers.authorization, cluster.tokens)?.name ?? '';
  const entry = logEntry(info, name, url, cluster.clock());
  shared.requests.push(entry);
  if (latency > 0) await wait(latency);
  const fault = shared.fault?.({ ...entry });
  if (fault === 'hang') return;
  if (fault === 'reset') return void request.socket.destroy();
  try {
    if (typeof fault === 'object') throw faultError(fault);
    const user = admitted(shared, request, info);
    entry.user = user.name;
    const exchange = { request, response, url, info, user };
    if (info.verb === 'watch' && info.isResource) return watch(shared, exchange, entry);
    const encoded = await answerTo(cluster, exchange);
    if (fault === 'hang-after') return;
    if (fault === 'reset-after') return void request.socket.destroy();
    entry.status = encoded.status;
    sendEncoded(response, encoded);
  } catch (error) {
    entry.status = sendError(response, error);
  }
}

/** A handler for a cluster; `latency` milliseconds pass before each answer. */
export function createHandler(cluster: Cluster, latency: number): Handler {
  const shared: Shared = { cluster, latency, requests: [], watches: new Set(), fault: undefined };
  return {
    requests: shared.requests,
    handle(request, response) {
      serve(shared, request, response).catch((error: unknown) => {
        // What is thrown before an answer could be made, for example by a malformed URL.
        if (!response.headersSent) sendError(response, error);
        else request.socket.destroy();
      });
    },
    resetRequests: () => void shared.requests.splice(0),
    setFault(rule) {
      shared.fault = rule;
    },
    dropWatches() {
      for (const stop of [...shared.watches]) stop();
      shared.watches.clear();
    },
  };
}

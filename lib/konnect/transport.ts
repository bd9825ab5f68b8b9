import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import type { Clock } from '../engine/ports.ts';
import { guarded } from './addresses.ts';
import type { Answer } from './errors.ts';
import { hostOf, isExplicitlyAllowed } from './server-url.ts';

export interface TransportOptions {
  readonly allowedHosts: readonly string[];
  /** Origin to connect to in place of the real server, which the `Host` header goes on to name. */
  readonly endpointURL: string | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly lookup?: LookupFunction | undefined;
}

export interface HttpRequest {
  /** Normalised. */
  readonly serverURL: string;
  readonly method: Dispatcher.HttpMethod;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Transport {
  /** One HTTP exchange of any status. Throws what the network throws, and `BodyTooLarge`. */
  send(request: HttpRequest): Promise<Answer>;
  close(): Promise<void>;
}

/** A success with more content than is read; nothing of it was kept. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

interface Connections {
  readonly pool: Pool;
  made: number;
  inUse: number;
  lastUsed: number;
}

const mostBytes = 8 * 1024 * 1024;
const mostErrorBytes = 64 * 1024;
const mostOrigins = 16;
const socketsPerOrigin = 16;
// A function that was frozen wakes with sockets that the other side closed long ago, and a write on one can not be repeated.
const idleMs = 30_000;

/** HTTP over kept-alive connections, one bounded pool for each server; redirects are answers like any other. */
export function createTransport(options: TransportOptions): Transport {
  const origins = new Map<string, Connections>();
  const retiring = new Set<Promise<void>>();

  function retire(host: string, { pool }: Connections): void {
    origins.delete(host);
    const closed = pool.close().finally(() => retiring.delete(closed));
    retiring.add(closed);
  }

  function connectionsTo(serverURL: string): Connections {
    const host = hostOf(serverURL);
    const now = options.clock.now().getTime();
    const known = origins.get(host);
    if (known !== undefined && (known.inUse > 0 || now - known.lastUsed <= idleMs)) return known;
    if (known !== undefined) retire(host, known);
    const oldest = [...origins].sort(([, one], [, other]) => one.lastUsed - other.lastUsed)[0];
    if (origins.size >= mostOrigins && oldest !== undefined) retire(...oldest);
    const connections = connect(serverURL, options);
    origins.set(host, connections);
    return connections;
  }

  return {
    async send(request) {
      const connections = connectionsTo(request.serverURL);
      connections.inUse += 1;
      try {
        return await exchange(connections, request, options.timeoutMs);
      } finally {
        connections.inUse -= 1;
        connections.lastUsed = options.clock.now().getTime();
      }
    },
    async close() {
      for (const [host, connections] of origins) retire(host, connections);
      await Promise.all(retiring);
    },
  };
}

function connect(serverURL: string, options: TransportOptions): Connections {
  const { endpointURL, timeoutMs, lookup = systemLookup } = options;
  const trusted = endpointURL !== undefined || isExplicitlyAllowed(hostOf(serverURL), options);
  const pool = new Pool(endpointURL ?? serverURL, {
    // TLS verification is said aloud, since NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would turn it off.
    connect: { timeout: timeoutMs, rejectUnauthorized: true, lookup: trusted ? lookup : guarded(lookup) },
    allowH2: false,
    connections: socketsPerOrigin,
    pipelining: 1,
    keepAliveTimeout: idleMs,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const connections: Connections = { pool, made: 0, inUse: 0, lastUsed: options.clock.now().getTime() };
  pool.on('connect', () => {
    connections.made += 1;
  });
  return connections;
}

async function exchange(connections: Connections, request: HttpRequest, timeoutMs: number): Promise<Answer> {
  // The pool's own timeouts are for silence; this one also ends an answer that trickles.
  const signal = AbortSignal.timeout(timeoutMs);
  const madeBefore = connections.made;
  const attempt = (): Promise<Dispatcher.ResponseData> => respond(connections.pool, request, signal);
  const response = await attempt().catch((error: unknown) => {
    // The server may close an idle socket at the moment of its reuse. No new socket means that a used one was taken.
    const reused = connections.made === madeBefore;
    if (request.method === 'GET' && reused && isReset(error)) return attempt();
    throw error;
  });
  const answer = { status: response.statusCode, headers: response.headers, body: await readBody(response) };
  // The pool frees a socket one turn of the event loop after its answer: a call made sooner would open another one.
  await nextTurn();
  return answer;
}

function respond(pool: Pool, request: HttpRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return pool.request({
    method: request.method,
    path: request.path,
    headers: { ...request.headers, host: hostOf(request.serverURL) },
    body: request.body ?? null,
    signal,
  });
}

async function readBody({ statusCode, body }: Dispatcher.ResponseData): Promise<string> {
  const success = statusCode < 300;
  const most = success ? mostBytes : mostErrorBytes;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most && success) throw new BodyTooLarge(`the body is longer than ${most} bytes`);
    if (bytes > most) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isReset(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}

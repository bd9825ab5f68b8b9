import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { Agent, type Dispatcher } from 'undici';
import { ClusterError } from '../engine/errors.ts';
import { isRecord } from '../engine/objects.ts';
import type { Access, Credentials } from './access.ts';
import { type Answer, unreachable } from './failures.ts';

export interface Call {
  /** Names the call in errors. */
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Gives the call up, beside the transport's own timeout. */
  readonly signal?: AbortSignal;
}

export interface StreamCall extends Call {
  readonly signal: AbortSignal;
  /** The stream is cut after so long without a byte. */
  readonly silenceMs: number;
}

/** Authenticated HTTP to one API server. Every failure to get an answer is a `ClusterError` without a status. */
export interface Transport {
  /** The name under which this deployment knows the cluster. */
  readonly cluster: string;
  /** One call with its whole answer, whatever the status. */
  send(call: Call): Promise<Answer>;
  /** A call whose answer is read as it arrives; for a status over 299 use `readAnswer` on it. */
  open(call: StreamCall): Promise<Dispatcher.ResponseData>;
  /** Cuts what is open and frees the connections. */
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly cluster: string;
  readonly credentials: Credentials;
  /** For one whole answer. */
  readonly timeoutMs: number;
  readonly userAgent: string;
}

interface Connections {
  readonly access: Access;
  readonly mark: string;
  readonly origin: string;
  readonly prefix: string;
  readonly agent: Agent;
}

// A page of 500 objects; the API server bounds one object to about 3 MiB as JSON.
const largestBody = 128 * 1024 * 1024;

/** Makes the transport of one cluster. A 401 lets the credentials be read again, and is tried once more. */
export function createTransport(options: TransportOptions): Transport {
  const { cluster, credentials, timeoutMs, userAgent } = options;
  let pool: Connections | undefined;

  function connectionsFor(access: Access): Connections {
    if (pool?.access === access) return pool;
    const mark = markOf(access);
    if (pool?.mark === mark) {
      // Read again, or with another token, and leading to the same place.
      pool = { ...pool, access };
      return pool;
    }
    // Calls that run on the former certificate end in peace; no new one starts there.
    pool?.agent.close().catch(() => undefined);
    const { origin, pathname } = new URL(access.server);
    // An API server may stand behind a path, as a proxy of many clusters does.
    pool = { access, mark, origin, prefix: pathname.replace(/\/$/, ''), agent: newAgent(access, timeoutMs) };
    return pool;
  }

  async function attempt(call: Call, signal: AbortSignal, silenceMs: number): Promise<Dispatcher.ResponseData> {
    // What the credentials throw has a verdict of its own, so it passes unchanged.
    const access = await credentials.access();
    return worded(call.what, () => {
      const { agent, origin, prefix } = connectionsFor(access);
      return agent.request({
        origin,
        path: `${prefix}${call.path}${queryText(call.query)}`,
        method: call.method,
        headers: headersOf(call, access, userAgent),
        signal,
        headersTimeout: timeoutMs,
        bodyTimeout: silenceMs,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
    });
  }

  async function exchange(call: Call, signal: AbortSignal, silenceMs: number): Promise<Dispatcher.ResponseData> {
    const first = await attempt(call, signal, silenceMs).catch((error: unknown) => {
      // A kept connection that the other side closed meanwhile (a frozen Lambda does not notice) costs nothing to replace.
      if (call.method === 'GET' && isCut(error)) return attempt(call, signal, silenceMs);
      throw error;
    });
    if (first.statusCode !== 401) return first;
    await worded(call.what, () => first.body.dump());
    credentials.refresh();
    return attempt(call, signal, silenceMs);
  }

  return {
    cluster,
    async send(call) {
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
      const response = await exchange(call, signal, timeoutMs);
      return readAnswer(call.what, response);
    },
    open: (call) => exchange(call, call.signal, call.silenceMs),
    async close() {
      await pool?.agent.destroy();
    },
  };
}

/** Reads a whole answer into memory, up to a bound. */
export async function readAnswer(what: string, response: Dispatcher.ResponseData): Promise<Answer> {
  const body = await worded(what, () => readText(what, response));
  const retryAfter = response.headers['retry-after'];
  return { status: response.statusCode, body, ...(typeof retryAfter === 'string' ? { retryAfter } : {}) };
}

function readText(what: string, { body }: Dispatcher.ResponseData): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  // By events: an iterator would cost more than the rest of a small answer.
  body.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > largestBody)
      body.destroy(new ClusterError(`${what}: the answer is larger than ${largestBody} bytes`, {}));
    else chunks.push(chunk);
  });
  body.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  body.on('error', reject);
  // Neither of the two above is promised for a stream that somebody destroys.
  body.on('close', () => reject(new Error('the answer was cut')));
  return promise;
}

async function worded<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ClusterError ? error : unreachable(what, error);
  }
}

function newAgent({ tls }: Access, timeoutMs: number): Agent {
  return new Agent({
    // One watch is one connection, and a cut connection is one broken watch: HTTP/2 would tie all of them together.
    allowH2: false,
    connect: {
      timeout: timeoutMs,
      rejectUnauthorized: true,
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls.cert === undefined || tls.key === undefined ? {} : { cert: tls.cert, key: tls.key.reveal() }),
      ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    },
  });
}

// What makes a connection: a changed token needs no new one.
function markOf({ server, tls }: Access): string {
  const parts = [server, tls.ca, tls.cert, tls.key?.reveal(), tls.serverName];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

function headersOf(call: Call, access: Access, userAgent: string): Record<string, string> {
  return {
    accept: call.accept ?? 'application/json',
    'user-agent': userAgent,
    ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
    ...(access.authorization === undefined ? {} : { authorization: access.authorization.reveal() }),
    ...(access.impersonate === undefined ? {} : { 'impersonate-user': access.impersonate }),
  };
}

function queryText(query: Readonly<Record<string, string>> | undefined): string {
  if (query === undefined) return '';
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
}

function isCut(error: unknown): boolean {
  const cause = error instanceof ClusterError ? error.cause : undefined;
  return isRecord(cause) && (cause['code'] === 'UND_ERR_SOCKET' || cause['code'] === 'ECONNRESET');
}

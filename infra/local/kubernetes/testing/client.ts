import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { parse } from 'yaml';
import { at, isObject, type Json, type JsonObject, listOf, textOf } from '../json.ts';

/** An answer as it came over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body when it is a JSON object, else an empty object. */
  readonly body: JsonObject;
  /** The texts of the Warning headers, without code and quotes. */
  readonly warnings: readonly string[];
}

export interface SendOptions {
  readonly body?: JsonObject | readonly Json[] | string | Uint8Array;
  readonly type?: string;
  readonly accept?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One event of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: JsonObject;
}

/** An open watch. */
export interface OpenWatch {
  readonly status: number;
  /** Waits until so many events have come, or the watch has ended, and returns all of them. */
  events(count: number): Promise<readonly WatchEvent[]>;
  /** Waits until the server ends the watch. */
  ended(): Promise<readonly WatchEvent[]>;
  close(): void;
}

/** A plain HTTP client: tests look at what really goes over the wire. */
export interface ApiClient {
  send(method: string, path: string, options?: SendOptions): Promise<Reply>;
  watch(path: string, options?: SendOptions): Promise<OpenWatch>;
  close(): void;
}

function warningsOf(header: string | string[] | undefined): readonly string[] {
  const text = Array.isArray(header) ? header.join(', ') : (header ?? '');
  const found = text.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g);
  return [...found].map(([, quoted = '""']) => String(JSON.parse(quoted)));
}

function replyOf(response: IncomingMessage, text: string): Reply {
  const json: unknown = /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(text) : {};
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    body: isObject(json) ? json : {},
    warnings: warningsOf(response.headers['warning']),
  };
}

function payloadOf({ body }: SendOptions): string | Uint8Array | undefined {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return body;
  return JSON.stringify(body);
}

interface Target {
  readonly url: string;
  readonly agent: Agent;
  readonly token: string | undefined;
}

/** Reads a kubeconfig as the two kinds of servers write it: with a token, or with a client certificate. */
function targetOf(kubeconfig: string): Target {
  const config: Json = parse(kubeconfig);
  const cluster = at(listOf(at(config, 'clusters'))[0], 'cluster');
  const user = at(listOf(at(config, 'users'))[0], 'user');
  const decoded = (value: Json | undefined, field: string): string | undefined => {
    const text = textOf(at(value, field));
    return text === undefined ? undefined : Buffer.from(text, 'base64').toString();
  };
  const ca = decoded(cluster, 'certificate-authority-data');
  const cert = decoded(user, 'client-certificate-data');
  const key = decoded(user, 'client-key-data');
  const keys = cert === undefined || key === undefined ? {} : { cert, key };
  const agent = new Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }), ...keys });
  return { url: textOf(at(cluster, 'server')) ?? '', agent, token: textOf(at(user, 'token')) };
}

async function open({ url, agent, token }: Target, method: string, path: string, options: SendOptions) {
  const payload = payloadOf(options);
  const bearer = options.token ?? token;
  const outgoing = (url.startsWith('https') ? httpsRequest : httpRequest)(`${url}${path}`, {
    method,
    agent,
    headers: {
      accept: options.accept ?? 'application/json',
      ...(payload === undefined
        ? {}
        : { 'content-type': options.type ?? 'application/json', 'content-length': Buffer.byteLength(payload) }),
      ...(bearer === undefined || bearer === '' ? {} : { authorization: `Bearer ${bearer}` }),
      ...options.headers,
    },
  });
  outgoing.end(payload);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { outgoing, response: response.setEncoding('utf8') };
}

async function openWatch(target: Target, path: string, options: SendOptions): Promise<OpenWatch> {
  const { outgoing, response } = await open(target, 'GET', path, options);
  const seen: WatchEvent[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  let over = false;
  const wake = (): void => waiting.forEach((check) => void check());
  response.on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) seen.push(JSON.parse(line));
    wake();
  });
  response.on('close', () => {
    over = true;
    wake();
  });
  response.on('error', () => undefined); // a cut connection is what some tests want

  function until(done: () => boolean): Promise<readonly WatchEvent[]> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!done()) return;
        waiting.delete(check);
        resolve([...seen]);
      };
      waiting.add(check);
      check();
    });
  }

  return {
    status: response.statusCode ?? 0,
    events: (count) => until(() => over || seen.length >= count),
    ended: () => until(() => over),
    close: () => outgoing.destroy(),
  };
}

/** A client for the server of a kubeconfig. */
export function createApiClient(kubeconfig: string): ApiClient {
  const target = targetOf(kubeconfig);
  return {
    async send(method, path, options = {}) {
      const { response } = await open(target, method, path, options);
      const chunks: string[] = [];
      for await (const chunk of response) chunks.push(String(chunk));
      return replyOf(response, chunks.join(''));
    },
    watch: (path, options = {}) => openWatch(target, path, options),
    close: () => target.agent.destroy(),
  };
}

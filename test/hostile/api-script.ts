import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { WireFault } from './stream.ts';

/* An API server that keeps its history, as a real one does: whoever goes on from the same version gets the same lines. */

/** More than is read of one line. */
export const mostOfLine = 32 * 1024 * 1024;

export interface ApiScript extends AsyncDisposable {
  readonly url: string;
  /** Begins anew: what lists hold beside the good objects, the lines of the watch, and what goes wrong first. */
  play(given: Given): void;
  /** One more object, announced to who watches by then, and held by later lists. */
  announce(object: object): void;
  /** Bytes of the longest stream. */
  readonly poured: number;
}

export interface Given {
  /** What is watched, as the path names it. */
  readonly collection: string;
  readonly items: readonly unknown[];
  readonly lines: readonly Buffer[];
  readonly listFaults: readonly WireFault[];
  readonly watchFaults: readonly WireFault[];
}

const offset = 100;

export async function startApiScript(): Promise<ApiScript> {
  let items: unknown[] = [];
  let history: Buffer[] = [];
  /** So much of the history is forgotten. */
  let forgotten = 0;
  let listFaults: WireFault[] = [];
  let watchFaults: WireFault[] = [];
  let poured = 0;
  let collection = '';
  let wasListed = false;
  const watching = new Set<ServerResponse>();

  function list(response: ServerResponse): void {
    const fault = listFaults.shift();
    // All of the history comes after the first list.
    const version = { resourceVersion: String(wasListed ? offset + history.length : offset) };
    const body = JSON.stringify({ kind: 'List', metadata: version, items });
    wasListed ||= fault === undefined;
    if (fault === undefined) response.end(body);
    else broken(response, fault, body);
  }

  function watch(response: ServerResponse, version: string | null): void {
    const place = version === '' ? 0 : Number(version) - offset;
    if (!Number.isInteger(place) || place < 0 || place > history.length) {
      response.writeHead(400).end(JSON.stringify({ kind: 'Status', code: 400, message: `no version ${version}` }));
      return;
    }
    const fault = place < forgotten ? undefined : watchFaults.shift();
    if (place < forgotten) expired(response);
    else if (fault !== undefined) broken(response, fault, '');
    else {
      response.flushHeaders();
      for (const line of history.slice(place)) response.write(line);
      watching.add(response);
      response.once('close', () => watching.delete(response));
    }
  }

  function expired(response: ServerResponse): void {
    const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
    response.writeHead(410, { 'content-type': 'application/json' }).end(JSON.stringify(status));
  }

  function broken(response: ServerResponse, fault: WireFault, body: string): void {
    switch (fault.is) {
      case 'cut':
        response.writeHead(200, { 'content-length': body.length + 500 });
        response.write(body === '' ? '{"type":"ADDED","obj' : body.slice(0, body.length / 2));
        response.socket?.destroySoon();
        return;
      case 'gzip':
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(`${body}\n`));
        return;
      case 'html':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>\n<h1>sign in</h1>\n</html>\n');
        return;
      case 'status':
        response.writeHead(fault.status, { 'retry-after': fault.retryAfter }).end(fault.body);
        return;
      case 'expired':
        forgotten = wasListed ? history.length : 0;
        expired(response);
        return;
      case 'endless':
        // Of a list a whole page is read, which may be large.
        if (body === '') pour(response);
        else response.end('[');
        return;
      default:
        fault satisfies never;
    }
  }

  /** Until the other side has enough. */
  function pour(response: ServerResponse): void {
    const chunk = Buffer.alloc(512 * 1024, 'a');
    let sent = 0;
    const more = (): void => {
      while (!response.destroyed && sent < mostOfLine) {
        sent += chunk.length;
        poured = Math.max(poured, sent);
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  }

  const server: Server = createServer((request: IncomingMessage, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    response.on('error', () => response.destroy());
    const isOurs = pathname.endsWith(`/${collection}`);
    if (searchParams.get('watch') === null) {
      if (isOurs) list(response);
      else response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }));
    } else if (isOurs) watch(response, searchParams.get('resourceVersion'));
    else response.flushHeaders();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // listening on TCP, so it is an AddressInfo
    play(given) {
      ({ collection } = given);
      items = [...given.items];
      history = [...given.lines];
      listFaults = [...given.listFaults];
      watchFaults = [...given.watchFaults];
      poured = 0;
      wasListed = false;
      forgotten = 0;
    },
    announce(object) {
      items.push(object);
      const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object })}\n`);
      history.push(line);
      for (const response of watching) response.write(line);
    },
    get poured() {
      return poured;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly socket: Socket;
}

export interface TestServer extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, or https with a key pair. */
  readonly url: string;
  readonly requests: readonly Arrived[];
  /** Connections accepted since the start, and those that are open. */
  readonly connections: { readonly made: number; readonly open: number };
}

type Handler = (request: Arrived, response: ServerResponse, nth: number) => void;

/** A server on loopback whose every answer, and misbehaviour, a test writes itself. */
export async function serve(
  handler: Handler,
  tls?: { readonly key: string; readonly cert: string },
): Promise<TestServer> {
  const requests: Arrived[] = [];
  const sockets = new Set<Socket>();
  let made = 0;
  async function onRequest(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = await message.toArray();
    const { method = '', url = '', headers, socket } = message;
    const request = { method, url, headers, body: Buffer.concat(chunks).toString(), socket };
    requests.push(request);
    handler(request, response, requests.length);
  }
  const listener = (message: IncomingMessage, response: ServerResponse): void => void onRequest(message, response);
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    made += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP, so it is an AddressInfo
  return {
    port,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    get connections() {
      return { made, open: sockets.size };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

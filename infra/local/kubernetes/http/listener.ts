import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificates } from '../certificates.ts';

/** An HTTPS server on loopback, or an HTTP one. */
export interface Listener {
  readonly port: number;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/** Starts to listen, over HTTP where there are no certificates; rejects when the port is taken. */
export function listen(
  port: number,
  certificates: Certificates | undefined,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Listener> {
  const sockets = new Set<Duplex>();
  const options = { keepAliveTimeout: 120_000, noDelay: true };
  const server =
    certificates === undefined
      ? createPlainServer(options, handler)
      : createServer({ ...options, cert: certificates.certificate, key: certificates.key }, handler);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('The server listens on no port'));
      resolve({ port: address.port, close: () => close(server, sockets) });
    });
  });
}

function close(server: Server, sockets: ReadonlySet<Duplex>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

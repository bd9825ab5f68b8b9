import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Certificates } from '../certificates.ts';

/** An HTTPS server on loopback. */
export interface Listener {
  readonly port: number;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/** Starts to listen; rejects when the port is taken. */
export function listen(
  port: number,
  { certificate, key }: Certificates,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Listener> {
  const sockets = new Set<Duplex>();
  const server = createServer({ cert: certificate, key, keepAliveTimeout: 120_000, noDelay: true }, handler);
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

function close(server: ReturnType<typeof createServer>, sockets: ReadonlySet<Duplex>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

import { createServer, type Server, type ServerResponse } from 'node:http';

export interface EndpointsOptions {
  readonly ready: () => boolean;
  /** Prometheus text, exposition format 0.0.4. */
  readonly metrics: () => string;
}

/**
 * Serves `/healthz`, `/readyz` and `/metrics`; not listening yet. That `/healthz` is answered is the news: the event loop
 * turns, and a forwarder that can not go on ends its process by itself.
 */
export function createEndpoints({ ready, metrics }: EndpointsOptions): Server {
  const state = (response: ServerResponse, holds: boolean) =>
    answer(response, holds ? 200 : 503, holds ? 'ok' : 'not yet');
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    request.resume();
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'only GET');
    if (path === '/healthz') return state(response, true);
    if (path === '/readyz') return state(response, ready());
    if (path === '/metrics') return answer(response, 200, metrics(), 'text/plain; version=0.0.4; charset=utf-8');
    return answer(response, 404, 'only /healthz, /readyz, /metrics');
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  return server;
}

function answer(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type }).end(text.endsWith('\n') ? text : `${text}\n`);
}

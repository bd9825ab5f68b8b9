import { setTimeout as delay } from 'node:timers/promises';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type Answer, traced } from './answer.ts';
import { execute, type RawRequest } from './execute.ts';
import { unknownPath } from './families.ts';
import { type Fault, type Faults, faultAnswer } from './fault.ts';
import type { Operation, World } from './operation.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { KonnectRequest, Recorder } from './recorder.ts';
import type { Route, Routes } from './routes.ts';
import { bearerOf, shortHash } from './tokens.ts';

export interface Service {
  readonly world: World;
  readonly routes: Routes;
  readonly recorder: Recorder;
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  readonly latencyMs: () => number;
}

/** Characters of a body. What Konnect takes at most is told nowhere; a proxy of its kind takes a mebibyte. */
const mostBody = 1024 * 1024;

/** The HTTP side: every operation on its path, for every Host header; bodies stay text until their family reads them. */
export function createHttp(service: Service): FastifyInstance {
  const bodyLimit = 8 * mostBody; // read to its end, so that whoever sends too much gets the answer, as from nginx
  const app = fastify({ bodyLimit, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler((request, reply) => serve(service, request, reply));
  return app;
}

async function serve(service: Service, request: FastifyRequest, reply: FastifyReply) {
  const { operation, params } = service.routes(request.method, request.url) ?? unknown(request);
  const raw = { ...rawRequest(request), params };
  const seen = service.recorder.begin(describe(service.world, operation, request.method, raw));
  const fault = service.faults.next(seen);
  if (fault === 'hang') return reply.hijack();
  if (fault === 'reset') return cut(request, reply);
  if (isDelay(fault)) await delay(fault.delayMs);
  const injected = isStatus(fault);
  const answer = traced(
    injected ? faultAnswer(fault, operation.family) : answerOf(service, operation, raw, seen, fault === 'stale-list'),
    service.world.state.ids,
  );
  if (service.latencyMs() > 0) await delay(service.latencyMs());
  if (fault === 'reset-after') return cut(request, reply);
  if (fault === 'hang-after') return reply.hijack();
  const empty = fault === 'empty-after';
  const sent = empty ? { status: answer.status } : answer;
  service.recorder.answered(seen, sent, parsed(raw.body), injected || empty);
  return send(reply, sent);
}

function answerOf(
  service: Service,
  operation: Operation,
  raw: RawRequest,
  seen: KonnectRequest,
  stale: boolean,
): Answer {
  if ((raw.body?.length ?? 0) > mostBody) return faultAnswer({ status: 413, html: true }, operation.family);
  if (operation.family === 'front') return unknownPath(raw.path); // a path nobody serves is no secret: no token asked
  const { world, limiter, recorder } = service;
  return execute(operation, raw, { world, limiter, stale, onStart: () => recorder.executed(seen) });
}

function unknown(request: FastifyRequest): Route {
  const { pathname: path } = new URL(request.url, 'http://localhost');
  const operation: Operation = {
    name: 'Unknown',
    method: 'GET',
    path,
    family: 'front',
    handle: () => unknownPath(path),
  };
  return { operation, params: {} };
}

function rawRequest(request: FastifyRequest): Omit<RawRequest, 'params'> {
  const { pathname: path, searchParams: query } = new URL(request.url, 'http://localhost');
  const { host = '', authorization, 'content-type': contentType } = request.headers;
  return { path, host, authorization, contentType, query, body: bodyText(request.body) };
}

function bodyText(body: unknown): string | undefined {
  return typeof body === 'string' && body !== '' ? body : undefined;
}

function describe({ state, clock }: World, operation: Operation, method: string, raw: RawRequest): KonnectRequest {
  const organizationId = bearerOf(state, raw.authorization)?.grant.organizationId;
  const tokenHash = shortHash(raw.authorization);
  return {
    method,
    path: raw.path,
    query: Object.fromEntries(raw.query),
    host: raw.host,
    operation: operation.name,
    template: operation.path,
    write: method !== 'GET',
    ...(organizationId !== undefined && { organizationId }),
    ...(tokenHash !== undefined && { tokenHash }),
    at: clock().toISOString(),
  };
}

function send(reply: FastifyReply, { status, contentType, body, headers = {} }: Answer): FastifyReply {
  reply.code(status).headers(headers);
  if (body === undefined) return reply.send();
  reply.header('content-type', `${contentType ?? 'application/json'}; charset=utf-8`);
  return reply.send(typeof body === 'string' ? body : JSON.stringify(body));
}

function cut(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
  return reply;
}

/** For the record only: a body that is no JSON is not kept. */
function parsed(body: string | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isDelay(fault: Fault | undefined): fault is { readonly delayMs: number } {
  return typeof fault === 'object' && 'delayMs' in fault;
}

function isStatus(fault: Fault | undefined): fault is Fault & { readonly status: number } {
  return typeof fault === 'object' && 'status' in fault;
}

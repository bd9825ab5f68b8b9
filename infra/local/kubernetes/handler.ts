import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { actingUser } from './access/impersonate.ts';
import { permission, refusal } from './access/rbac.ts';
import { authenticate, type User } from './access/users.ts';
import type { ApiRequest, Fault, FaultRule } from './api-request.ts';
import type { Cluster } from './cluster.ts';
import { dispatch, nothingThere, resourceOf } from './dispatch.ts';
import { readBytes } from './http/body.ts';
import { checkIncludeObject, type Encoded, encodeAnswer } from './http/encode.ts';
import { negotiate, type Wanted } from './http/negotiation.ts';
import { type RequestInfo, requestInfo } from './http/request-info.ts';
import { sendEncoded, sendError, watchOutput } from './http/send.ts';
import { decodeProtobuf, protobufType } from './protobuf/decode.ts';
import { ApiError, forbidden, notAcceptable, unauthorized } from './status.ts';
import { checkWatch, startWatch } from './verbs/watch.ts';

/** Answers HTTP requests and keeps the log of them. */
export interface Handler {
  readonly requests: readonly ApiRequest[];
  handle(request: IncomingMessage, response: ServerResponse): void;
  resetRequests(): void;
  setFault(fault: FaultRule | undefined): void;
  dropWatches(): void;
}

/** The log's own, changing view of a request. */
type Entry = { -readonly [Field in keyof ApiRequest]: ApiRequest[Field] };

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly info: RequestInfo;
  readonly user: User;
  readonly wanted: Wanted;
}

function entryOf(info: RequestInfo, user: string, url: URL, now: Date): Entry {
  return {
    user,
    verb: info.verb,
    group: info.group,
    version: info.version,
    resource: info.resource,
    ...(info.subresource === '' ? {} : { subresource: info.subresource }),
    ...(info.namespace === undefined ? {} : { namespace: info.namespace }),
    ...(info.name === undefined ? {} : { name: info.name }),
    path: info.path,
    dryRun: url.searchParams.getAll('dryRun').includes('All'),
    at: now.getTime(),
    status: 0,
  };
}

function faultError({ status, reason = '', retryAfter }: Exclude<Fault, string>): ApiError {
  const details = retryAfter === undefined ? undefined : { retryAfterSeconds: retryAfter };
  return new ApiError(status, reason, `injected fault: HTTP ${status}`, details);
}

/** A handler for a cluster; `latency` milliseconds pass before each answer. */
export function createHandler(cluster: Cluster, latency: number): Handler {
  const requests: Entry[] = [];
  const watches = new Set<() => void>();
  let faultRule: FaultRule | undefined;

  async function answer(exchange: Exchange): Promise<Encoded> {
    const { request, url, info, user, wanted, response } = exchange;
    const warnings = new Set<string>();
    const body = await readBody(request);
    const call = {
      info,
      user,
      query: url.searchParams,
      accept: request.headers.accept,
      contentType: body.contentType,
      text: body.text,
      address: request.headers.host ?? '',
      warn: (text: string) => void warnings.add(text),
    };
    const options = { includeObject: includeObject(url, wanted), now: cluster.clock() };
    try {
      return encodeAnswer(dispatch(cluster, call), wanted, options);
    } finally {
      // Refused requests carry their warnings as well.
      for (const text of warnings) response.appendHeader('warning', `299 - ${JSON.stringify(text)}`);
    }
  }

  function watch({ response, url, info, wanted }: Exchange, entry: Entry): void {
    const resource = resourceOf(cluster, info);
    const options = { includeObject: includeObject(url, wanted), now: cluster.clock() };
    if (resource === undefined) {
      entry.status = 404;
      sendEncoded(response, encodeAnswer(nothingThere(info), wanted, options));
      return;
    }
    const scope = { resource, namespace: resource.namespaced ? info.namespace : undefined, name: info.name };
    if (wanted.yaml) {
      throw notAcceptable(['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']);
    }
    checkWatch(scope, url.searchParams);
    entry.status = 200;
    const encoding = { wanted, includeObject: options.includeObject };
    const output = watchOutput(response);
    const stop = startWatch(cluster, scope, url.searchParams, encoding, output);
    watches.add(stop);
    response.once('close', () => watches.delete(stop));
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://localhost');
    const info = requestInfo(request.method ?? 'GET', url);
    const authenticated = authenticate(request.headers.authorization, cluster.tokens);
    const entry = entryOf(info, authenticated?.name ?? '', url, cluster.clock());
    requests.push(entry);
    if (latency > 0) await wait(latency);
    const fault = faultRule?.({ ...entry });
    if (fault === 'reset') return void request.socket.destroy();
    try {
      if (fault !== undefined && fault !== 'reset-after') throw faultError(fault);
      if (authenticated === undefined) throw unauthorized();
      const user = actingUser(cluster.store, authenticated, request.headers);
      entry.user = user.name;
      authorize(info, user);
      const wanted = wantedFor(request, info);
      const exchange = { request, response, url, info, user, wanted };
      if (info.verb === 'watch' && info.isResource) return watch(exchange, entry);
      const encoded = await answer(exchange);
      if (fault === 'reset-after') return void request.socket.destroy();
      entry.status = encoded.status;
      sendEncoded(response, encoded);
    } catch (error) {
      entry.status = sendError(response, error);
    }
  }

  function authorize(info: RequestInfo, user: User): void {
    if (permission(cluster.store, user, info) !== undefined) return;
    throw forbidden({ group: info.group, plural: info.resource }, info.name ?? '', refusal(user, info));
  }

  return {
    requests,
    handle(request, response) {
      serve(request, response).catch((error: unknown) => {
        // What is thrown before an answer could be made, for example by a malformed URL.
        if (!response.headersSent) sendError(response, error);
        else request.socket.destroy();
      });
    },
    resetRequests: () => void requests.splice(0),
    setFault(rule) {
      faultRule = rule;
    },
    dropWatches() {
      for (const stop of [...watches]) stop();
      watches.clear();
    },
  };
}

interface ReadBody {
  readonly text: string;
  readonly contentType: string | undefined;
}

/** The body as text; protobuf is turned into JSON here, so that nobody else has to know it. */
async function readBody(request: IncomingMessage): Promise<ReadBody> {
  const bytes = await readBytes(request);
  const contentType = request.headers['content-type'];
  if (contentType?.startsWith(protobufType) !== true) return { text: bytes.toString('utf8'), contentType };
  if (bytes.length === 0) return { text: '', contentType: 'application/json' };
  return { text: JSON.stringify(decodeProtobuf(bytes)), contentType: 'application/json' };
}

function includeObject(url: URL, wanted: Wanted): string {
  const text = url.searchParams.get('includeObject') ?? '';
  if (wanted.as === 'Table') checkIncludeObject(text);
  return text;
}

// Discovery and OpenAPI negotiate on their own.
function wantedFor(request: IncomingMessage, info: RequestInfo): Wanted {
  if (!info.isResource) return { as: 'object', version: 'v1', yaml: false };
  return negotiate(request.headers.accept);
}

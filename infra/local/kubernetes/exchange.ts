import type { IncomingMessage, ServerResponse } from 'node:http';
import type { User } from './access/users.ts';
import type { Cluster } from './cluster.ts';
import { dispatch, nothingThere, resourceOf } from './dispatch.ts';
import { readBytes } from './http/body.ts';
import { checkIncludeObject, type Encoded, encodeAnswer } from './http/encode.ts';
import { negotiate, type Wanted } from './http/negotiation.ts';
import type { RequestInfo } from './http/request-info.ts';
import { sendEncoded, watchOutput } from './http/send.ts';
import { decodeProtobuf, protobufType } from './protobuf/decode.ts';
import type { LogEntry } from './request-log.ts';
import { notAcceptable } from './status.ts';
import { checkWatch, startWatch } from './verbs/watch.ts';

/** A request that may be answered, and where the answer goes. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly info: RequestInfo;
  readonly user: User;
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
function wantedFor({ request, info }: Exchange): Wanted {
  if (!info.isResource) return { as: 'object', version: 'v1', yaml: false };
  return negotiate(request.headers.accept);
}

/** Does what a request asks for and encodes the answer; throws ApiError for every refusal. */
export async function answerTo(cluster: Cluster, exchange: Exchange): Promise<Encoded> {
  const { request, url, info, user, response } = exchange;
  const wanted = wantedFor(exchange);
  const warnings = new Set<string>();
  const { text, contentType } = await readBody(request);
  const call = {
    info,
    user,
    query: url.searchParams,
    accept: request.headers.accept,
    contentType,
    text,
    address: request.headers.host ?? '',
    warn: (warning: string) => void warnings.add(warning),
  };
  const options = { includeObject: includeObject(url, wanted), now: cluster.clock() };
  try {
    return encodeAnswer(dispatch(cluster, call), wanted, options);
  } finally {
    // Refused requests carry their warnings as well.
    for (const warning of warnings) response.appendHeader('warning', `299 - ${JSON.stringify(warning)}`);
  }
}

/** Starts a watch and returns what ends it; throws ApiError when it is refused before it begins. */
export function openWatch(cluster: Cluster, exchange: Exchange, entry: LogEntry): () => void {
  const { response, url, info } = exchange;
  const wanted = wantedFor(exchange);
  const resource = resourceOf(cluster, info);
  const options = { includeObject: includeObject(url, wanted), now: cluster.clock() };
  if (resource === undefined) {
    entry.status = 404;
    sendEncoded(response, encodeAnswer(nothingThere(info), wanted, options));
    return () => undefined;
  }
  if (wanted.yaml) {
    throw notAcceptable(['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']);
  }
  const scope = { resource, namespace: resource.namespaced ? info.namespace : undefined, name: info.name };
  checkWatch(scope, url.searchParams);
  entry.status = 200;
  const encoding = { wanted, includeObject: options.includeObject };
  return startWatch(cluster, scope, url.searchParams, encoding, watchOutput(response));
}

import { ClusterError } from '../engine/errors.ts';
import { isRecord, type KubernetesObject } from '../engine/objects.ts';
import { failureOf, unintelligible, unreachable } from './failures.ts';
import { acceptOf, listFailure, parseJson, parseObject, queryOf, type Selection } from './list.ts';
import { isVersion } from './metadata.ts';
import { callText, pathOf } from './paths.ts';
import { readAnswer, type Transport } from './transport.ts';

/** One line of a watch. `version` is where a later watch goes on. */
export type WatchEvent =
  | { readonly is: 'present' | 'gone'; readonly object: KubernetesObject; readonly version: string }
  | { readonly is: 'bookmark'; readonly version: string };

/** What the API server says in the middle of a watch: it can not go on from there. */
export class WatchError extends ClusterError {}

export interface StreamTiming {
  readonly watchSeconds: number;
  readonly silenceMs: number;
}

// An object is at most about 1.5 MiB in etcd; JSON with managed fields is larger. Beyond this the line is no object.
const longestLine = 16 * 1024 * 1024;

/**
 * Opens one watch from a version and gives its events until the API server ends it.
 * @throws {ClusterError} where it is refused, cut, or reports an error such as 410.
 */
export async function* openWatch(
  transport: Transport,
  selection: Selection,
  version: string,
  timing: StreamTiming,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const what = callText('watch', selection.resource, undefined, transport.cluster);
  // Watches that began together must not end together.
  const timeoutSeconds = String(Math.ceil(timing.watchSeconds * (1 + Math.random())));
  const response = await transport.open({
    what,
    method: 'GET',
    path: pathOf(selection.resource, selection.namespace),
    query: {
      ...queryOf(selection),
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: version,
      timeoutSeconds,
    },
    accept: acceptOf(selection, 'PartialObjectMetadata'),
    silenceMs: timing.silenceMs,
    signal,
  });
  if (response.statusCode !== 200) {
    throw listFailure(what, selection.resource, await readAnswer(what, response), new Date());
  }
  for await (const line of linesOf(what, response.body)) yield parseEvent(what, selection, line);
}

async function* linesOf(what: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // A line in pieces: to join it anew with each of them would take ever longer.
  let pieces: string[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
      pieces.push(first);
      length += first.length;
      if (length > longestLine) throw unintelligible(what, `a line is longer than ${longestLine} characters`);
      const rest = others.pop();
      if (rest === undefined) continue;
      yield* [pieces.join(''), ...others].filter((line) => line.trim() !== '');
      pieces = [rest];
      length = rest.length;
    }
  } catch (error) {
    throw error instanceof ClusterError ? error : unreachable(what, error);
  }
  // The API server ends every event with a line break, so a rest is an event that was cut: it will come again.
}

function parseEvent(what: string, { resource }: Selection, line: string): WatchEvent {
  const event = parseJson(what, line);
  const { type, object: value } = isRecord(event) ? event : {};
  if (type === 'ERROR') throw reported(what, value);
  if (type === 'BOOKMARK') {
    const metadata = isRecord(value) && isRecord(value['metadata']) ? value['metadata'] : {};
    if (isVersion(metadata['resourceVersion'])) return { is: 'bookmark', version: metadata['resourceVersion'] };
  }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') {
    throw unintelligible(what, 'an event has an unknown shape');
  }
  const object = parseObject(what, resource, value);
  return { is: type === 'DELETED' ? 'gone' : 'present', object, version: object.metadata.resourceVersion };
}

function reported(what: string, value: unknown): WatchError {
  const { code, message, reason } = isRecord(value) ? value : {};
  // Only what is read of it: the rest may be anything.
  const body = JSON.stringify({
    kind: 'Status',
    message: typeof message === 'string' ? message : undefined,
    reason: typeof reason === 'string' ? reason : undefined,
  });
  const failure = failureOf(what, { status: Number.isInteger(code) ? Number(code) : 500, body }, new Date());
  return new WatchError(failure.message, failure);
}

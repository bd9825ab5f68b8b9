import type { Cluster } from '../cluster.ts';
import { encodeObject, type TableOptions } from '../http/encode.ts';
import type { Wanted } from '../http/negotiation.ts';
import type { JsonObject } from '../json.ts';
import { type KubernetesObject, withMeta } from '../object.ts';
import { partialOf, rowOf, tableHead } from '../print/table.ts';
import { apiVersionOf, collectionOf, type Resource } from '../resources/resource.ts';
import { ApiError, expired } from '../status.ts';
import type { StoreEvent } from '../store/history.ts';
import { prefixOf, type Scope } from './list.ts';
import { checkOptions, revisionOf, versionError } from './list-options.ts';
import { bothSelectors, type Selector } from './selectors.ts';

/** Where a watch writes. */
export interface WatchOutput {
  write(text: string): void;
  /** Bytes that the client has not taken yet. */
  buffered(): number;
  end(): void;
  onClose(listener: () => void): void;
}

/** How a watch is encoded. */
export interface WatchEncoding {
  readonly wanted: Wanted;
  readonly includeObject: string;
}

const bufferLimit = 16 * 1024 * 1024;
const bookmarkPeriod = 60_000;
const bookmarkBeforeEnd = 2_000;
const initialEnd = 'k8s.io/initial-events-end';

interface Event {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
}

/** Turns store events into what a client with a selector sees: an object that leaves the selection is DELETED. */
function selected(event: StoreEvent, resource: Resource, selector: Selector | undefined): Event | undefined {
  const { read } = resource.rules;
  const object = read(event.object);
  if (selector === undefined) return { type: event.type, object };
  const before = event.previous === undefined ? undefined : read(event.previous);
  const was = before !== undefined && selector(before);
  const is = event.type !== 'DELETED' && selector(object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  if (!was || before === undefined) return undefined;
  if (event.type === 'DELETED') return { type: 'DELETED', object };
  return { type: 'DELETED', object: withMeta(before, { resourceVersion: String(event.revision) }) };
}

/** Encodes the events of one watch; the columns of a table are told once. */
function createEncoder(resource: Resource, { wanted, includeObject }: WatchEncoding, now: () => Date) {
  let columnsTold = false;

  function table(object: KubernetesObject, rows: boolean): string {
    const columns = columnsTold ? null : tableHead(wanted.version, {}, resource.columns)['columnDefinitions'];
    columnsTold = true;
    const { resourceVersion = '' } = object.metadata;
    const options: TableOptions = { includeObject, now: now() };
    const row = rows ? [rowOf(object, resource.columns, wanted.version, options)] : [];
    const head = { kind: 'Table', apiVersion: `meta.k8s.io/${wanted.version}`, metadata: { resourceVersion } };
    return JSON.stringify({ ...head, columnDefinitions: columns ?? null, rows: row });
  }

  function body(object: KubernetesObject): string {
    if (wanted.as === 'object') return encodeObject(object);
    if (wanted.as === 'Table') return table(object, true);
    return JSON.stringify(partialOf(object, wanted.version));
  }

  return {
    event: ({ type, object }: Event): string => `{"type":"${type}","object":${body(object)}}\n`,
    bookmark(revision: number, annotations: JsonObject | undefined): string {
      const metadata = {
        resourceVersion: String(revision),
        ...(annotations === undefined ? {} : { annotations }),
      };
      const object = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
      const partial = { ...object, kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${wanted.version}` };
      return `${JSON.stringify({ type: 'BOOKMARK', object: wanted.as === 'object' ? object : partial })}\n`;
    },
  };
}

function errorText(error: ApiError): string {
  return `${JSON.stringify({ type: 'ERROR', object: error.body() })}\n`;
}

interface Start {
  readonly events: readonly Event[];
  readonly revision: number;
  /** The bookmark that ends the initial events is owed. */
  readonly mark: boolean;
}

function startOf(cluster: Cluster, scope: Scope, query: URLSearchParams, selector: Selector | undefined): Start {
  const { store } = cluster;
  const { resource } = scope;
  const wanted = revisionOf(query.get('resourceVersion')) ?? 0;
  const initial = query.get('sendInitialEvents');
  const asked = initial === null ? wanted === 0 : initial === 'true';
  if (asked) {
    const objects = store
      .list(collectionOf(resource), prefixOf(scope))
      .map(({ object }) => resource.rules.read(object));
    const chosen = selector === undefined ? objects : objects.filter(selector);
    const events = chosen.map((object): Event => ({ type: 'ADDED', object }));
    return { events, revision: store.revision(), mark: initial === 'true' };
  }
  if (wanted === 0) return { events: [], revision: store.revision(), mark: false };
  const missed = store.since(wanted);
  if (missed === undefined) throw expired(`too old resource version: ${wanted} (${store.oldest()})`);
  const events = missed.flatMap((event) => (isIn(event, scope) ? (selected(event, resource, selector) ?? []) : []));
  return { events, revision: Math.max(wanted, store.revision()), mark: false };
}

function isIn(event: StoreEvent, scope: Scope): boolean {
  return event.collection === collectionOf(scope.resource) && event.key.startsWith(prefixOf(scope));
}

function secondsOf(query: URLSearchParams): number {
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  return seconds > 0 ? seconds : 1800 * (1 + Math.random()); // the real server's default, so that clients do not come back all at once
}

/** Checks the options before anything is answered; throws ApiError 400, 422 or 500. */
export function checkWatch(scope: Scope, query: URLSearchParams): void {
  checkOptions(query, true);
  const version = query.get('resourceVersion');
  if (revisionOf(version) === undefined) throw new ApiError(500, '', versionError(version ?? ''));
  bothSelectors(query, scope.resource, scope.name);
}

/** Streams events until the client goes, the time is over, or the client is too slow. Returns a function that ends it. */
export function startWatch(
  cluster: Cluster,
  scope: Scope,
  query: URLSearchParams,
  encoding: WatchEncoding,
  output: WatchOutput,
): () => void {
  const { resource } = scope;
  const selector = bothSelectors(query, resource, scope.name);
  const encoder = createEncoder(resource, encoding, cluster.clock);
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  const ends: (() => void)[] = [];

  function stop(): void {
    for (const end of ends.splice(0)) end();
    output.end();
  }

  let told = cluster.store.revision();

  // Nothing new of this resource, nothing to tell: an idle watch stays silent.
  function bookmark(): void {
    const last = cluster.store.lastWrite(collectionOf(resource));
    if (!bookmarks || last <= told) return;
    told = last;
    output.write(encoder.bookmark(last, undefined));
  }

  function forward(event: StoreEvent): void {
    const served = cluster.registry.find(resource.group, resource.version, resource.plural) === resource;
    if (!served) stop();
    if (!served || !isIn(event, scope)) return;
    const seen = selected(event, resource, selector);
    if (seen !== undefined) output.write(encoder.event(seen));
    if (output.buffered() > bufferLimit) stop();
  }

  try {
    const { events, mark } = startOf(cluster, scope, query, selector);
    for (const event of events) output.write(encoder.event(event));
    if (mark && bookmarks) output.write(encoder.bookmark(cluster.store.revision(), { [initialEnd]: 'true' }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    output.write(errorText(error));
    output.end();
    return () => undefined;
  }
  const milliseconds = secondsOf(query) * 1000;
  const timers = [
    setTimeout(stop, milliseconds),
    setInterval(bookmark, bookmarkPeriod),
    setTimeout(bookmark, Math.max(0, milliseconds - bookmarkBeforeEnd)),
  ];
  ends.push(cluster.store.subscribe(forward), ...timers.map((timer) => () => clearTimeout(timer)));
  output.onClose(stop);
  return stop;
}

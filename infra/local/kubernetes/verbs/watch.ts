import type { Cluster } from '../cluster.ts';
import { withMeta } from '../object.ts';
import { collectionOf, type Resource } from '../resources/resource.ts';
import { ApiError, expired } from '../status.ts';
import type { StoreEvent } from '../store/history.ts';
import { prefixOf, type Scope } from './list.ts';
import { checkOptions, revisionOf, versionError } from './list-options.ts';
import { bothSelectors, type Selector } from './selectors.ts';
import { createEncoder, errorText, type WatchEncoding, type WatchEvent } from './watch-encoding.ts';

/** Where a watch writes. */
export interface WatchOutput {
  write(text: string): void;
  /** Bytes that the client has not taken yet. */
  buffered(): number;
  end(): void;
  onClose(listener: () => void): void;
}

const bufferLimit = 16 * 1024 * 1024;
const bookmarkPeriod = 60_000;
const bookmarkBeforeEnd = 2_000;
const longestTimer = 2 ** 31 - 1; // beyond that, timers fire at once
const initialEnd = 'k8s.io/initial-events-end';

/** Turns store events into what a client with a selector sees: an object that leaves the selection is DELETED. */
function selected(event: StoreEvent, resource: Resource, selector: Selector | undefined): WatchEvent | undefined {
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

interface Start {
  readonly events: readonly WatchEvent[];
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
    const events = chosen.map((object): WatchEvent => ({ type: 'ADDED', object }));
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

/** A watch that goes on. */
interface Running {
  readonly cluster: Cluster;
  readonly scope: Scope;
  readonly selector: Selector | undefined;
  readonly encoder: ReturnType<typeof createEncoder>;
  readonly output: WatchOutput;
  /** The client takes bookmarks. */
  readonly bookmarks: boolean;
  /** The revision that the client knows to be covered. */
  told: number;
  /** Of the registry, when it was last seen to serve the resource. */
  generation: number;
}

// Nothing new of this resource, nothing to tell: an idle watch stays silent.
function bookmark(running: Running): void {
  const last = running.cluster.store.lastWrite(collectionOf(running.scope.resource));
  if (!running.bookmarks || last <= running.told) return;
  running.told = last;
  running.output.write(running.encoder.bookmark(last, undefined));
}

/** Passes an event on; false when the watch must end: its resource changed, or the client is too slow. */
function forward(running: Running, event: StoreEvent): boolean {
  const { cluster, scope, selector, encoder, output } = running;
  const generation = cluster.registry.generation();
  if (generation !== running.generation) {
    running.generation = generation;
    const { group, version, plural } = scope.resource;
    if (cluster.registry.find(group, version, plural) !== scope.resource) return false;
  }
  if (!isIn(event, scope)) return true;
  const seen = selected(event, scope.resource, selector);
  if (seen !== undefined) output.write(encoder.event(seen));
  return output.buffered() <= bufferLimit;
}

/** Writes what comes first; false when the watch ends with it, as its resourceVersion is too old. */
function begin({ cluster, scope, selector, encoder, output, bookmarks }: Running, query: URLSearchParams): boolean {
  try {
    const { events, mark } = startOf(cluster, scope, query, selector);
    for (const event of events) output.write(encoder.event(event));
    if (mark && bookmarks) output.write(encoder.bookmark(cluster.store.revision(), { [initialEnd]: 'true' }));
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    output.write(errorText(error));
    return false;
  }
}

/** Streams events until the client goes, the time is over, or the client is too slow. Returns a function that ends it. */
export function startWatch(
  cluster: Cluster,
  scope: Scope,
  query: URLSearchParams,
  encoding: WatchEncoding,
  output: WatchOutput,
): () => void {
  const selector = bothSelectors(query, scope.resource, scope.name);
  const encoder = createEncoder(scope.resource, encoding, cluster.clock);
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  const told = cluster.store.revision();
  const generation = cluster.registry.generation();
  const running: Running = { cluster, scope, selector, encoder, output, bookmarks, told, generation };
  const ends: (() => void)[] = [];
  const stop = (): void => {
    for (const end of ends.splice(0)) end();
    output.end();
  };
  if (!begin(running, query)) {
    stop();
    return stop;
  }
  const milliseconds = Math.min(longestTimer, secondsOf(query) * 1000);
  const timers = [
    setTimeout(stop, milliseconds),
    setInterval(bookmark, bookmarkPeriod, running),
    setTimeout(bookmark, Math.max(0, milliseconds - bookmarkBeforeEnd), running),
  ];
  const unsubscribe = cluster.store.subscribe((event) => {
    if (!forward(running, event)) stop();
  });
  ends.push(unsubscribe, ...timers.map((timer) => () => clearTimeout(timer)));
  output.onClose(stop);
  return stop;
}

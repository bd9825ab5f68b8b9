import { type KubernetesObject, withMeta } from '../object.ts';
import { type Collections, collectionIn, listIn, loadCollections } from './collections.ts';
import { createHistory, type History, type StoreEvent } from './history.ts';

/** An object as it was written, under `namespace/name`. */
export interface StoredObject {
  readonly key: string;
  readonly object: KubernetesObject;
}

/** A consistent list: the objects of a collection as they were at one revision. */
export interface Snapshot {
  readonly revision: number;
  readonly objects: readonly StoredObject[];
}

/** All state but the history, as JSON. */
export interface StoreState {
  readonly revision: number;
  readonly collections: Readonly<Record<string, readonly StoredObject[]>>;
}

/**
 * Objects by collection (`plural.group`) and key (`namespace/name`), one revision counter for all of them and a bounded
 * history, which is what etcd gives to the real API server. Stored values are shared, never changed.
 */
export interface Store {
  revision(): number;
  get(collection: string, key: string): KubernetesObject | undefined;
  /** Objects with a key prefix, in key order, as of now. */
  list(collection: string, prefix: string): readonly StoredObject[];
  /** Objects as of an earlier revision; undefined when that is compacted or in the future. */
  listAt(collection: string, prefix: string, revision: number): Snapshot | undefined;
  /** Writes and returns the object with its new resourceVersion. */
  put(collection: string, key: string, object: KubernetesObject): KubernetesObject;
  /** Removes and returns the object as watchers see it last, with a new resourceVersion. */
  remove(collection: string, key: string, last: KubernetesObject): KubernetesObject;
  /** Events after a revision; undefined when some of them are gone. */
  since(revision: number): readonly StoreEvent[] | undefined;
  /** Calls the listener after each write, in order, also for writes made by a listener. */
  subscribe(listener: (event: StoreEvent) => void): () => void;
  /** Forgets the history: every revision before now is too old. */
  compact(): void;
  /** The oldest revision that can still be read. */
  oldest(): number;
  collections(): readonly string[];
  /** The revision of the last write to a collection, 0 without one. */
  lastWrite(collection: string): number;
  state(): StoreState;
}

// As in a real cluster, the first revisions belong to what was there before anybody could connect.
const firstRevision = 200;

/** What changes inside a store. */
interface Memory {
  readonly collections: Collections;
  readonly history: History;
  readonly listeners: Set<(event: StoreEvent) => void>;
  readonly pending: StoreEvent[];
  revision: number;
  emitting: boolean;
}

function emit(memory: Memory, event: StoreEvent): void {
  collectionIn(memory.collections, event.collection).last = event.revision;
  memory.history.add(event);
  memory.pending.push(event);
  if (memory.emitting) return; // the outer call goes on, so that everybody sees writes of listeners in order
  memory.emitting = true;
  try {
    for (let next = memory.pending.shift(); next !== undefined; next = memory.pending.shift()) {
      for (const listener of [...memory.listeners]) listener(next);
    }
  } finally {
    memory.emitting = false;
  }
}

function put(memory: Memory, collection: string, key: string, object: KubernetesObject): KubernetesObject {
  const { keys, objects } = collectionIn(memory.collections, collection);
  const previous = objects.get(key);
  memory.revision += 1;
  const { revision } = memory;
  const written = withMeta(object, { resourceVersion: String(revision) });
  objects.set(key, written);
  keys.add(key);
  const type = previous === undefined ? 'ADDED' : 'MODIFIED';
  emit(memory, { revision, type, collection, key, object: written, ...(previous === undefined ? {} : { previous }) });
  return written;
}

function remove(memory: Memory, collection: string, key: string, last: KubernetesObject): KubernetesObject {
  const { keys, objects } = collectionIn(memory.collections, collection);
  const previous = objects.get(key) ?? last;
  objects.delete(key);
  keys.remove(key);
  memory.revision += 1;
  const { revision } = memory;
  const object = withMeta(last, { resourceVersion: String(revision) });
  emit(memory, { revision, type: 'DELETED', collection, key, object, previous });
  return object;
}

/** Undoes what was written since, from the end. */
function listAt(memory: Memory, collection: string, prefix: string, revision: number): Snapshot | undefined {
  const later = revision > memory.revision ? undefined : memory.history.since(revision);
  if (later === undefined) return undefined;
  const objects = new Map(listIn(memory.collections, collection, prefix).map(({ key, object }) => [key, object]));
  for (const event of later.toReversed()) {
    if (event.collection !== collection || !event.key.startsWith(prefix)) continue;
    if (event.previous === undefined) objects.delete(event.key);
    else objects.set(event.key, event.previous);
  }
  const sorted = [...objects].sort(([left], [right]) => (left < right ? -1 : 1));
  return { revision, objects: sorted.map(([key, object]) => ({ key, object })) };
}

/** An empty store, or one that continues from a saved state (whose history is gone, as after a compaction). */
export function createStore(maxEvents: number, state?: StoreState): Store {
  const revision = state?.revision ?? firstRevision;
  const collections = loadCollections(state?.collections ?? {});
  const history = createHistory(maxEvents, revision);
  const memory: Memory = { collections, history, listeners: new Set(), pending: [], revision, emitting: false };
  return {
    revision: () => memory.revision,
    get: (collection, key) => collectionIn(collections, collection).objects.get(key),
    list: (collection, prefix) => listIn(collections, collection, prefix),
    listAt: (collection, prefix, wanted) => listAt(memory, collection, prefix, wanted),
    put: (collection, key, object) => put(memory, collection, key, object),
    remove: (collection, key, last) => remove(memory, collection, key, last),
    since: history.since,
    subscribe(listener) {
      memory.listeners.add(listener);
      return () => memory.listeners.delete(listener);
    },
    compact: () => history.compact(memory.revision),
    oldest: history.oldest,
    collections: () => [...collections.keys()],
    lastWrite: (collection) => collectionIn(collections, collection).last,
    state: () => ({
      revision: memory.revision,
      collections: Object.fromEntries([...collections.keys()].map((name) => [name, listIn(collections, name, '')])),
    }),
  };
}

import { type KubernetesObject, withMeta } from '../object.ts';
import { createHistory, type StoreEvent } from './history.ts';
import { type SortedKeys, sortedKeys } from './sorted-keys.ts';

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

interface Collection {
  readonly objects: Map<string, KubernetesObject>;
  readonly keys: SortedKeys;
  last: number;
}

// As in a real cluster, the first revisions belong to what was there before anybody could connect.
const firstRevision = 200;

function load(state: StoreState | undefined): Map<string, Collection> {
  const collections = new Map<string, Collection>();
  for (const [name, objects] of Object.entries(state?.collections ?? {})) {
    const collection: Collection = { objects: new Map(), keys: sortedKeys(), last: 0 };
    for (const { key, object } of objects) {
      collection.objects.set(key, object);
      collection.keys.add(key);
    }
    collections.set(name, collection);
  }
  return collections;
}

/** An empty store, or one that continues from a saved state (whose history is gone, as after a compaction). */
export function createStore(maxEvents: number, state?: StoreState): Store {
  const collections = load(state);
  const history = createHistory(maxEvents, state?.revision ?? firstRevision);
  const listeners = new Set<(event: StoreEvent) => void>();
  const pending: StoreEvent[] = [];
  let revision = state?.revision ?? firstRevision;
  let emitting = false;

  function collectionOf(name: string): Collection {
    const found = collections.get(name);
    if (found !== undefined) return found;
    const made: Collection = { objects: new Map(), keys: sortedKeys(), last: 0 };
    collections.set(name, made);
    return made;
  }

  function emit(event: StoreEvent): void {
    collectionOf(event.collection).last = event.revision;
    history.add(event);
    pending.push(event);
    if (emitting) return; // the outer call goes on, so that everybody sees writes of listeners in order
    emitting = true;
    try {
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
        for (const listener of [...listeners]) listener(next);
      }
    } finally {
      emitting = false;
    }
  }

  function list(collection: string, prefix: string): readonly StoredObject[] {
    const { keys, objects } = collectionOf(collection);
    return keys.within(prefix).flatMap((key) => {
      const object = objects.get(key);
      return object === undefined ? [] : [{ key, object }];
    });
  }

  return {
    revision: () => revision,
    get: (collection, key) => collectionOf(collection).objects.get(key),
    list,
    listAt(collection, prefix, wanted) {
      const later = wanted > revision ? undefined : history.since(wanted);
      if (later === undefined) return undefined;
      const objects = new Map(list(collection, prefix).map(({ key, object }) => [key, object]));
      for (const event of later.toReversed()) {
        if (event.collection !== collection || !event.key.startsWith(prefix)) continue;
        if (event.previous === undefined) objects.delete(event.key);
        else objects.set(event.key, event.previous);
      }
      const sorted = [...objects].sort(([left], [right]) => (left < right ? -1 : 1));
      return { revision: wanted, objects: sorted.map(([key, object]) => ({ key, object })) };
    },
    put(collection, key, object) {
      const { keys, objects } = collectionOf(collection);
      const previous = objects.get(key);
      revision += 1;
      const written = withMeta(object, { resourceVersion: String(revision) });
      objects.set(key, written);
      keys.add(key);
      const type = previous === undefined ? 'ADDED' : 'MODIFIED';
      emit({ revision, type, collection, key, object: written, ...(previous === undefined ? {} : { previous }) });
      return written;
    },
    remove(collection, key, last) {
      const { keys, objects } = collectionOf(collection);
      const previous = objects.get(key) ?? last;
      objects.delete(key);
      keys.remove(key);
      revision += 1;
      const object = withMeta(last, { resourceVersion: String(revision) });
      emit({ revision, type: 'DELETED', collection, key, object, previous });
      return object;
    },
    since: history.since,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    compact: () => history.compact(revision),
    oldest: history.oldest,
    collections: () => [...collections.keys()],
    lastWrite: (collection) => collectionOf(collection).last,
    state: () => ({
      revision,
      collections: Object.fromEntries([...collections.keys()].map((name) => [name, list(name, '')])),
    }),
  };
}

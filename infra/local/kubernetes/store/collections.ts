import type { KubernetesObject } from '../object.ts';
import { type SortedKeys, sortedKeys } from './sorted-keys.ts';
import type { StoredObject, StoreState } from './store.ts';

/** The objects of one resource. */
export interface Collection {
  readonly objects: Map<string, KubernetesObject>;
  readonly keys: SortedKeys;
  /** The revision of the last write. */
  last: number;
}

export type Collections = Map<string, Collection>;

/** The collection of a name, made when there is none yet. */
export function collectionIn(collections: Collections, name: string): Collection {
  const found = collections.get(name);
  if (found !== undefined) return found;
  const made: Collection = { objects: new Map(), keys: sortedKeys(), last: 0 };
  collections.set(name, made);
  return made;
}

/** The objects with a key prefix, in key order. */
export function listIn(collections: Collections, name: string, prefix: string): readonly StoredObject[] {
  const { keys, objects } = collectionIn(collections, name);
  return keys.within(prefix).flatMap((key) => {
    const object = objects.get(key);
    return object === undefined ? [] : [{ key, object }];
  });
}

/** The collections of a saved state. */
export function loadCollections(saved: StoreState['collections']): Collections {
  const collections: Collections = new Map();
  for (const [name, stored] of Object.entries(saved)) {
    const { objects, keys } = collectionIn(collections, name);
    for (const { key, object } of stored) {
      objects.set(key, object);
      keys.add(key);
    }
  }
  return collections;
}

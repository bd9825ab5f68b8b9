import { display, isRecord, type KubernetesObject, type ObjectKey, type Resource } from '../../lib/engine/objects.ts';

/** Objects under their paths, and the resource version that goes up with each write. */
export interface MemoryStore {
  find(resource: Resource, key: ObjectKey): KubernetesObject | undefined;
  put(resource: Resource, object: KubernetesObject): KubernetesObject;
  drop(resource: Resource, key: ObjectKey): void;
  readonly objects: readonly KubernetesObject[];
}

export function createMemoryStore(): MemoryStore {
  const objects = new Map<string, KubernetesObject>();
  let version = 100;
  return {
    find: (resource, key) => objects.get(pathOf(resource, key)),
    put(resource, object) {
      version += 1;
      const stored = sorted({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
      objects.set(pathOf(resource, stored.metadata), stored);
      return stored;
    },
    drop: (resource, key) => void objects.delete(pathOf(resource, key)),
    get objects() {
      return [...objects.values()];
    },
  };
}

function pathOf(resource: Resource, key: ObjectKey): string {
  return `${resource.group}/${resource.plural}/${display(key)}`;
}

/** As the API server gives custom resources: with sorted keys, whatever order they were written in. */
export function sorted<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, item: unknown) =>
    isRecord(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}

import type { Cluster } from '../cluster.ts';
import { objectOf } from '../json.ts';
import { type KubernetesObject, keyOf, timestamp } from '../object.ts';
import { collectionOf, type Resource } from '../resources/resource.ts';
import { deleteObject } from '../verbs/delete.ts';
import { systemTarget } from '../verbs/update.ts';

function uniqueCollections(cluster: Cluster): readonly Resource[] {
  const namespaced = cluster.registry.all().filter((resource) => resource.namespaced);
  // Of several resources with one collection the first is the one that stores.
  return [...new Map(namespaced.toReversed().map((resource) => [collectionOf(resource), resource])).values()];
}

/** Deletes everything in a namespace; true when nothing is left. */
function emptied(cluster: Cluster, namespace: string): boolean {
  let left = 0;
  for (const resource of uniqueCollections(cluster)) {
    for (const { object } of cluster.store.list(collectionOf(resource), `${namespace}/`)) {
      const { name = '', deletionTimestamp } = object.metadata;
      const target = systemTarget(resource, namespace, name);
      const options = { propagationPolicy: 'Background', uid: undefined, resourceVersion: undefined } as const;
      if (deletionTimestamp === undefined && deleteObject(cluster, target, options).gone) continue;
      left += 1;
    }
  }
  return left === 0;
}

function remaining(object: KubernetesObject, now: Date): KubernetesObject {
  const condition = {
    type: 'NamespaceFinalizersRemaining',
    status: 'True',
    lastTransitionTime: timestamp(now),
    reason: 'SomeFinalizersRemain',
    message: 'Some content in the namespace has finalizers remaining',
  };
  return { ...object, status: { phase: 'Terminating', conditions: [condition] } };
}

function finalize(cluster: Cluster, name: string): void {
  const key = keyOf(undefined, name);
  const object = cluster.store.get('namespaces', key);
  if (object?.metadata.deletionTimestamp === undefined) return;
  if (!emptied(cluster, name)) {
    if (objectOf(object['status'])['conditions'] !== undefined) return;
    cluster.store.put('namespaces', key, remaining(object, cluster.clock()));
  } else if ((object.metadata.finalizers ?? []).length === 0) {
    cluster.store.remove('namespaces', key, { ...object, spec: {} });
  }
}

/**
 * The namespace controller: a namespace that is being deleted loses its content first, then goes. It works after the
 * request that caused it, as the real one does. The returned function stops it.
 */
export function runNamespaces(cluster: Cluster, defer: (work: () => void) => void): () => void {
  return cluster.store.subscribe((event) => {
    if (event.collection === 'namespaces') {
      const { name = '', deletionTimestamp } = event.object.metadata;
      if (event.type !== 'DELETED' && deletionTimestamp !== undefined) defer(() => finalize(cluster, name));
    } else if (event.type === 'DELETED' && event.object.metadata.namespace !== undefined) {
      const { namespace } = event.object.metadata;
      defer(() => finalize(cluster, namespace));
    }
  });
}

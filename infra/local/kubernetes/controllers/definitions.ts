import type { Cluster } from '../cluster.ts';
import { at, type JsonObject, objectOf, same } from '../json.ts';
import { type KubernetesObject, timestamp, withoutMeta } from '../object.ts';
import { collectionOf } from '../resources/resource.ts';
import { deleteObject } from '../verbs/delete.ts';
import { systemTarget } from '../verbs/update.ts';

const definitions = 'customresourcedefinitions.apiextensions.k8s.io';
const cleanup = 'customresourcecleanup.apiextensions.k8s.io';

function condition(type: string, reason: string, message: string, now: Date): JsonObject {
  return { type, status: 'True', lastTransitionTime: timestamp(now), reason, message };
}

function accepted(definition: KubernetesObject, now: Date): KubernetesObject {
  const status = objectOf(definition['status']);
  const names = objectOf(at(definition, 'spec', 'names'));
  if (same(status['acceptedNames'], names)) return definition;
  const conditions = [
    condition('NamesAccepted', 'NoConflicts', 'no conflicts found', now),
    condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted', now),
  ];
  return { ...definition, status: { ...status, acceptedNames: names, conditions } };
}

/** Deletes the objects of a definition that is being deleted; true when none is left. */
function cleaned(cluster: Cluster, definition: KubernetesObject): boolean {
  const group = String(at(definition, 'spec', 'group'));
  const plural = String(at(definition, 'spec', 'names', 'plural'));
  const resource = cluster.registry.all().find((one) => one.group === group && one.plural === plural);
  if (resource === undefined) return true;
  const collection = collectionOf(resource);
  for (const { object } of cluster.store.list(collection, '')) {
    if (object.metadata.deletionTimestamp !== undefined) continue;
    const { namespace, name = '' } = object.metadata;
    const target = systemTarget(resource, namespace, name);
    deleteObject(cluster, target, { propagationPolicy: undefined, uid: undefined, resourceVersion: undefined });
  }
  return cluster.store.list(collection, '').length === 0;
}

function finish(cluster: Cluster, key: string, definition: KubernetesObject): void {
  const finalizers = definition.metadata.finalizers ?? [];
  if (!finalizers.includes(cleanup) || !cleaned(cluster, definition)) return;
  const rest = finalizers.filter((name) => name !== cleanup);
  const bare = withoutMeta(definition, 'finalizers');
  if (rest.length === 0) cluster.store.remove(definitions, key, bare);
  else cluster.store.put(definitions, key, { ...bare, metadata: { ...bare.metadata, finalizers: rest } });
}

/**
 * Serves what CustomResourceDefinitions define as soon as they are written, accepts their names, and takes their objects
 * away before they go. The returned function stops it.
 */
export function runDefinitions(cluster: Cluster): () => void {
  for (const { object } of cluster.store.list(definitions, '')) cluster.registry.define(object);
  return cluster.store.subscribe((event) => {
    if (event.collection !== definitions) {
      const [plural = '', ...group] = event.collection.split('.');
      if (event.type !== 'DELETED' || group.length === 0) return;
      const key = `/${plural}.${group.join('.')}`;
      const owner = cluster.store.get(definitions, key);
      if (owner?.metadata.deletionTimestamp !== undefined) finish(cluster, key, owner);
      return;
    }
    const { name = '' } = event.object.metadata;
    if (event.type === 'DELETED') return cluster.registry.undefine(name);
    cluster.registry.define(event.object);
    if (event.object.metadata.deletionTimestamp !== undefined) {
      const latest = cluster.store.get(definitions, event.key);
      if (latest !== undefined) finish(cluster, event.key, latest);
      return;
    }
    const established = accepted(event.object, cluster.clock());
    if (established !== event.object) cluster.store.put(definitions, event.key, established);
  });
}

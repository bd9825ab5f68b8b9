import type { Cluster } from '../cluster.ts';
import { at, type Json, type JsonObject, listOf, objectOf, same } from '../json.ts';
import { type KubernetesObject, timestamp, withMeta, withoutMeta } from '../object.ts';
import { collectionOf, type Resource } from '../resources/resource.ts';
import type { StoreEvent } from '../store/history.ts';
import { deleteObject } from '../verbs/delete.ts';
import { systemTarget } from '../verbs/update.ts';

const definitions = 'customresourcedefinitions.apiextensions.k8s.io';
const cleanup = 'customresourcecleanup.apiextensions.k8s.io';
const noOptions = { propagationPolicy: undefined, uid: undefined, resourceVersion: undefined } as const;

function condition(type: string, reason: string, message: string, now: Date): JsonObject {
  return { type, status: 'True', lastTransitionTime: timestamp(now), reason, message };
}

/** The definition with its names accepted; the same value when they are already. */
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

function withProgress(definition: KubernetesObject, now: Date): KubernetesObject {
  const status = objectOf(definition['status']);
  const others = listOf(status['conditions']).filter((one: Json) => at(one, 'type') !== 'Terminating');
  const text = 'CustomResource deletion is in progress';
  const conditions = [...others, condition('Terminating', 'InstanceDeletionInProgress', text, now)];
  return { ...definition, status: { ...status, conditions } };
}

function resourceOf(cluster: Cluster, definition: KubernetesObject): Resource | undefined {
  const group = at(definition, 'spec', 'group');
  const plural = at(definition, 'spec', 'names', 'plural');
  return cluster.registry.all().find((one) => one.group === group && one.plural === plural);
}

/** Deletes what is left of a definition's objects; true when nothing is. */
function emptied(cluster: Cluster, definition: KubernetesObject): boolean {
  const resource = resourceOf(cluster, definition);
  if (resource === undefined) return true;
  const collection = collectionOf(resource);
  for (const { object } of cluster.store.list(collection, '')) {
    const { namespace, name = '', deletionTimestamp } = object.metadata;
    if (deletionTimestamp === undefined) deleteObject(cluster, systemTarget(resource, namespace, name), noOptions);
  }
  return cluster.store.list(collection, '').length === 0;
}

/** One step of a definition's end: its objects first, then itself. */
function finish(cluster: Cluster, key: string): void {
  const definition = cluster.store.get(definitions, key);
  const finalizers = definition?.metadata.finalizers ?? [];
  if (definition?.metadata.deletionTimestamp === undefined || !finalizers.includes(cleanup)) return;
  if (!emptied(cluster, definition)) {
    const told = withProgress(definition, cluster.clock());
    const reason = (one: Json): boolean => at(one, 'reason') === 'InstanceDeletionInProgress';
    if (!listOf(at(definition, 'status', 'conditions')).some(reason)) cluster.store.put(definitions, key, told);
    return;
  }
  const rest = finalizers.filter((name) => name !== cleanup);
  if (rest.length === 0) cluster.store.remove(definitions, key, definition);
  else cluster.store.put(definitions, key, withMeta(withoutMeta(definition, 'finalizers'), { finalizers: rest }));
}

function onDefinition(cluster: Cluster, event: StoreEvent, defer: (work: () => void) => void): void {
  const { object, key, type } = event;
  if (type === 'DELETED') {
    cluster.registry.undefine(object.metadata.name ?? '');
    return;
  }
  cluster.registry.define(object);
  if (object.metadata.deletionTimestamp !== undefined) {
    defer(() => finish(cluster, key));
    return;
  }
  const established = accepted(object, cluster.clock());
  if (established !== object) cluster.store.put(definitions, key, established);
}

/**
 * Serves what CustomResourceDefinitions define as soon as they are written and accepts their names; takes their objects
 * away before they go, after the request that deleted them. The returned function stops it.
 */
export function runDefinitions(cluster: Cluster, defer: (work: () => void) => void): () => void {
  for (const { object } of cluster.store.list(definitions, '')) cluster.registry.define(object);
  return cluster.store.subscribe((event) => {
    if (event.collection === definitions) onDefinition(cluster, event, defer);
    else if (event.type === 'DELETED') defer(() => finish(cluster, `/${event.collection}`));
  });
}

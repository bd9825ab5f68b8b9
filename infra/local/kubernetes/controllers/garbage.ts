import type { Cluster } from '../cluster.ts';
import { type KubernetesObject, keyOf, type OwnerReference, withMeta, withoutMeta } from '../object.ts';
import { collectionOf, type Resource } from '../resources/resource.ts';
import type { StoreEvent } from '../store/history.ts';
import { deleteObject } from '../verbs/delete.ts';
import { systemTarget } from '../verbs/update.ts';

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

interface Dependent {
  readonly collection: string;
  readonly key: string;
}

/** Which objects name an owner, by the owner's uid. */
interface OwnerIndex {
  update(event: StoreEvent): void;
  of(uid: string): readonly Dependent[];
}

function createIndex(): OwnerIndex {
  const dependents = new Map<string, Map<string, Dependent>>();

  function uids(object: KubernetesObject | undefined): readonly string[] {
    return (object?.metadata.ownerReferences ?? []).map((owner) => owner.uid);
  }

  return {
    update({ type, collection, key, object, previous }) {
      const id = `${collection} ${key}`;
      for (const uid of uids(previous)) {
        const found = dependents.get(uid);
        found?.delete(id);
        if (found?.size === 0) dependents.delete(uid);
      }
      if (type === 'DELETED') return;
      for (const uid of uids(object)) {
        const found = dependents.get(uid) ?? new Map<string, Dependent>();
        dependents.set(uid, found.set(id, { collection, key }));
      }
    },
    of: (uid) => [...(dependents.get(uid)?.values() ?? [])],
  };
}

function resourceOf(cluster: Cluster, collection: string): Resource | undefined {
  return cluster.registry.all().find((resource) => collectionOf(resource) === collection);
}

function groupOf(apiVersion: string): string {
  const [group = '', version] = apiVersion.split('/');
  return version === undefined ? '' : group;
}

/** Whether an owner exists with the uid that the dependent names; kinds that are not served count as existing. */
function exists(cluster: Cluster, owner: OwnerReference, namespace: string | undefined): boolean {
  const resource = cluster.registry.byKind(groupOf(owner.apiVersion), owner.kind);
  if (resource === undefined) return true;
  const key = keyOf(resource.namespaced ? namespace : undefined, owner.name);
  return cluster.store.get(collectionOf(resource), key)?.metadata.uid === owner.uid;
}

/** Deletes an object none of whose owners is left; drops the references to owners that are gone otherwise. */
function collect(cluster: Cluster, { collection, key }: Dependent): void {
  const object = cluster.store.get(collection, key);
  const resource = resourceOf(cluster, collection);
  const owners = object?.metadata.ownerReferences ?? [];
  if (object === undefined || resource === undefined || owners.length === 0) return;
  const { namespace, name = '', deletionTimestamp, uid } = object.metadata;
  const left = owners.filter((owner) => exists(cluster, owner, namespace));
  if (left.length === owners.length) return;
  if (left.length > 0) cluster.store.put(collection, key, withMeta(object, { ownerReferences: left }));
  else if (deletionTimestamp === undefined) {
    const target = systemTarget(resource, namespace, name);
    deleteObject(cluster, target, { propagationPolicy: 'Background', uid, resourceVersion: undefined });
  }
}

function withoutFinalizer(cluster: Cluster, { collection, key }: Dependent, finalizer: string): void {
  const object = cluster.store.get(collection, key);
  if (object === undefined) return;
  const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  const rest = withoutMeta(object, 'finalizers');
  if (finalizers.length === 0) cluster.store.remove(collection, key, rest);
  else cluster.store.put(collection, key, withMeta(rest, { finalizers }));
}

function releaseDependents(cluster: Cluster, index: OwnerIndex, owner: StoreEvent): void {
  const { uid = '' } = owner.object.metadata;
  for (const { collection, key } of index.of(uid)) {
    const object = cluster.store.get(collection, key);
    const left = (object?.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid);
    if (object === undefined) continue;
    const bare = withoutMeta(object, 'ownerReferences');
    cluster.store.put(collection, key, left.length === 0 ? bare : withMeta(bare, { ownerReferences: left }));
  }
  withoutFinalizer(cluster, owner, orphan);
}

/** Foreground deletion: dependents go first, those that block keep the owner. */
function deleteDependents(
  cluster: Cluster,
  index: OwnerIndex,
  owner: Dependent & { readonly object: KubernetesObject },
): void {
  const { uid = '' } = owner.object.metadata;
  let blocking = 0;
  for (const { collection, key } of index.of(uid)) {
    const object = cluster.store.get(collection, key);
    const resource = resourceOf(cluster, collection);
    if (object === undefined || resource === undefined) continue;
    const { namespace, name = '', deletionTimestamp } = object.metadata;
    const target = systemTarget(resource, namespace, name);
    const blocks = object.metadata.ownerReferences?.some((one) => one.uid === uid && one.blockOwnerDeletion === true);
    const policy = blocks === true ? 'Foreground' : 'Background';
    const options = { propagationPolicy: policy, uid: undefined, resourceVersion: undefined } as const;
    const gone = deletionTimestamp === undefined && deleteObject(cluster, target, options).gone;
    if (!gone && blocks === true) blocking += 1;
  }
  if (blocking === 0) withoutFinalizer(cluster, owner, foreground);
}

/**
 * The garbage collector: it deletes objects whose owners are all gone and serves the propagation policies Foreground
 * and Orphan. It works after the request that caused it. The returned function stops it.
 */
export function runGarbage(cluster: Cluster, defer: (work: () => void) => void): () => void {
  const index = createIndex();
  for (const collection of cluster.store.collections()) {
    for (const { key, object } of cluster.store.list(collection, '')) {
      index.update({ revision: 0, type: 'ADDED', collection, key, object });
    }
  }
  return cluster.store.subscribe((event) => {
    index.update(event);
    const { uid = '', deletionTimestamp, finalizers = [], ownerReferences = [] } = event.object.metadata;
    if (event.type === 'DELETED') {
      const dependents = index.of(uid);
      for (const dependent of dependents) defer(() => collect(cluster, dependent));
      for (const owner of ownerReferences) defer(() => recheckOwner(cluster, index, owner, event));
      return;
    }
    if (ownerReferences.length > 0) defer(() => collect(cluster, event));
    if (deletionTimestamp === undefined) return;
    if (finalizers.includes(orphan)) defer(() => releaseDependents(cluster, index, event));
    if (finalizers.includes(foreground)) defer(() => deleteDependents(cluster, index, event));
  });
}

// The last blocking dependent is gone: an owner that waits for it may go on.
function recheckOwner(cluster: Cluster, index: OwnerIndex, owner: OwnerReference, event: StoreEvent): void {
  const resource = cluster.registry.byKind(groupOf(owner.apiVersion), owner.kind);
  if (resource === undefined) return;
  const collection = collectionOf(resource);
  const key = keyOf(resource.namespaced ? event.object.metadata.namespace : undefined, owner.name);
  const object = cluster.store.get(collection, key);
  if (object?.metadata.deletionTimestamp === undefined || object.metadata.finalizers?.includes(foreground) !== true)
    return;
  deleteDependents(cluster, index, { collection, key, object });
}

import type { Cluster } from '../cluster.ts';
import { listOf, objectOf } from '../json.ts';
import { type KubernetesObject, keyOf, timestamp, withMeta, withoutMeta } from '../object.ts';
import { collectionOf, type Resource } from '../resources/resource.ts';
import { conflict, forbidden } from '../status.ts';
import { existing, type UpdateTarget } from './update.ts';

/** What a delete request may say. */
export interface DeleteOptions {
  readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
}

/** The object at its last state, and whether it is gone already (else finalizers hold it). */
export interface Deleted {
  readonly object: KubernetesObject;
  readonly gone: boolean;
}

const orphan = 'orphan';
const foreground = 'foregroundDeletion';
const cleanup = 'customresourcecleanup.apiextensions.k8s.io';

/** Deletes an object, or marks it when finalizers hold it; throws ApiError 403, 404 or 409. */
export function deleteObject(cluster: Cluster, target: UpdateTarget, options: DeleteOptions): Deleted {
  const old = existing(cluster, target);
  checkPreconditions(old, target, options);
  checkProtected(target);
  const marked = withFinalizers(old, finalizersFor(old, target.resource, options));
  if ((marked.metadata.finalizers ?? []).length === 0 && !isNamespace(old))
    return { object: remove(cluster, target, old), gone: true };
  const dying = terminating(marked, cluster.clock());
  if (target.dryRun || dying === old) return { object: dying, gone: false };
  const collection = collectionOf(target.resource);
  const written = cluster.store.put(
    collection,
    keyOf(target.namespace, target.name),
    target.resource.rules.store(dying),
  );
  return { object: target.resource.rules.read(written), gone: false };
}

function remove(
  cluster: Cluster,
  { resource, namespace, name, dryRun }: UpdateTarget,
  old: KubernetesObject,
): KubernetesObject {
  if (dryRun) return old;
  return resource.rules.read(
    cluster.store.remove(collectionOf(resource), keyOf(namespace, name), resource.rules.store(old)),
  );
}

function isNamespace(object: KubernetesObject): boolean {
  return object.apiVersion === 'v1' && object.kind === 'Namespace';
}

function isDefinition(object: KubernetesObject): boolean {
  return object.kind === 'CustomResourceDefinition' && object.apiVersion.startsWith('apiextensions.k8s.io/');
}

function checkPreconditions(old: KubernetesObject, { resource, name }: UpdateTarget, options: DeleteOptions): void {
  const { uid, resourceVersion } = old.metadata;
  const subject = { group: resource.group, plural: resource.kind };
  if (options.uid !== undefined && options.uid !== uid) {
    const text = `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(subject, name, text);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    const text = `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(subject, name, text);
  }
}

const protectedNamespaces = ['default', 'kube-system', 'kube-public'];

function checkProtected({ resource, name }: UpdateTarget): void {
  if (resource.group !== '' || resource.plural !== 'namespaces' || !protectedNamespaces.includes(name)) return;
  throw forbidden(resource, name, 'this namespace may not be deleted');
}

/** The finalizers for a deletion: the garbage collector's own follow the propagation policy. */
function finalizersFor(old: KubernetesObject, resource: Resource, options: DeleteOptions): readonly string[] {
  const had = old.metadata.finalizers ?? [];
  const others = had.filter((name) => name !== orphan && name !== foreground);
  if (isNamespace(old)) return had;
  const definition = isDefinition(old) && !others.includes(cleanup) ? [cleanup] : [];
  switch (options.propagationPolicy) {
    case 'Orphan':
      return [...others, ...definition, orphan];
    case 'Foreground':
      return [...others, ...definition, foreground];
    case 'Background':
      return [...others, ...definition];
    case undefined:
      return resource.custom || had.length > 0 ? [...had, ...definition] : definition;
    default:
      return options.propagationPolicy satisfies never;
  }
}

function withFinalizers(object: KubernetesObject, finalizers: readonly string[]): KubernetesObject {
  const had = object.metadata.finalizers ?? [];
  if (had.length === finalizers.length && had.every((name) => finalizers.includes(name))) return object;
  return finalizers.length === 0 ? withoutMeta(object, 'finalizers') : withMeta(object, { finalizers });
}

/** The object marked as being deleted; the same value when it was marked before. */
function terminating(object: KubernetesObject, now: Date): KubernetesObject {
  if (object.metadata.deletionTimestamp !== undefined) return object;
  const { generation } = object.metadata;
  // Namespaces and definitions have a deletion of their own, which leaves out the rest.
  const plain = isNamespace(object) || isDefinition(object);
  const marked = withMeta(object, {
    deletionTimestamp: timestamp(now),
    ...(plain ? {} : { deletionGracePeriodSeconds: 0 }),
    ...(plain || generation === undefined ? {} : { generation: generation + 1 }),
  });
  if (isNamespace(object)) return { ...marked, status: { phase: 'Terminating' } };
  return isDefinition(object) ? withPending(marked, now) : marked;
}

function withPending(definition: KubernetesObject, now: Date): KubernetesObject {
  const status = objectOf(definition['status']);
  const pending = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: timestamp(now),
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  return { ...definition, status: { ...status, conditions: [...listOf(status['conditions']), pending] } };
}

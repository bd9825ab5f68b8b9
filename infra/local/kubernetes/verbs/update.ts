import type { Cluster } from '../cluster.ts';
import { type FieldError, invalidField } from '../field-errors.ts';
import { same } from '../json.ts';
import { finalizerWarnings } from '../meta/finalizer-warnings.ts';
import { segmentProblems } from '../meta/names.ts';
import { metaErrors, metaUpdateErrors } from '../meta/validate.ts';
import { type KubernetesObject, keyOf, type ObjectMeta, withMeta, withoutMeta } from '../object.ts';
import { collectionOf, type Resource } from '../resources/resource.ts';
import { ApiError, conflict, invalid, notFound } from '../status.ts';
import { checkSize, inNamespace, type WriteTarget } from './create.ts';

/** An update of the object itself (empty subresource) or of its status. */
export interface UpdateTarget extends WriteTarget {
  readonly name: string;
  readonly subresource: string;
}

/** What this server writes on its own account, without anybody to warn. */
export function systemTarget(resource: Resource, namespace: string | undefined, name: string): UpdateTarget {
  return { resource, namespace, name, subresource: '', dryRun: false, warn: () => undefined };
}

export const modified = 'the object has been modified; please apply your changes to the latest version and try again';

/** What a reader sees of an object that is written to; throws 404 when there is none. */
export function existing(cluster: Cluster, target: UpdateTarget): KubernetesObject {
  const stored = cluster.store.get(collectionOf(target.resource), keyOf(target.namespace, target.name));
  if (stored === undefined) throw notFound(target.resource, target.name);
  return target.resource.rules.read(stored);
}

function withVersion(object: KubernetesObject, old: KubernetesObject, target: UpdateTarget): KubernetesObject {
  const { resource, name } = target;
  const given = object.metadata.resourceVersion ?? '0';
  if (given === old.metadata.resourceVersion) return object;
  if (!/^\d+$/.test(given)) {
    throw new ApiError(500, '', `strconv.ParseUint: parsing ${JSON.stringify(given)}: invalid syntax`);
  }
  if (Number(given) !== 0) throw conflict(resource, name, modified);
  if (resource.rules.unconditionalUpdate) {
    return withMeta(object, { resourceVersion: old.metadata.resourceVersion ?? '' });
  }
  const error = invalidField('metadata.resourceVersion', 0, 'must be specified for an update');
  throw invalid(resource.group, resource.plural, name, [error]);
}

// Identity and deletion are the system's: an update neither sets nor clears them.
function withOldIdentity(object: KubernetesObject, old: KubernetesObject): KubernetesObject {
  const { uid = '', creationTimestamp = '', deletionTimestamp, deletionGracePeriodSeconds, generation } = old.metadata;
  const kept: ObjectMeta = {
    uid: object.metadata.uid ?? uid,
    creationTimestamp,
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined || object.metadata.deletionGracePeriodSeconds !== undefined
      ? {}
      : { deletionGracePeriodSeconds }),
    ...(generation === undefined ? {} : { generation }),
  };
  const bare = generation === undefined ? withoutMeta(object, 'generation') : object;
  return withMeta(bare, kept);
}

/** A PUT with a uid is meant for the object with that uid only. */
export function checkUid(object: KubernetesObject, old: KubernetesObject, { resource, name }: UpdateTarget): void {
  const { uid } = object.metadata;
  if (uid === undefined || uid === old.metadata.uid) return;
  const { namespace } = old.metadata;
  const place = [resource.custom ? resource.group : '', resource.plural, namespace ?? '', name];
  const key = ['/registry', ...place.filter((part) => part !== '')].join('/');
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
  const text = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
  throw conflict(resource, name, text);
}

/**
 * Updates an object. `change` makes the new object of the existing one. An update that changes nothing writes nothing;
 * one that empties the finalizers of an object that is being deleted removes it.
 */
export function updateObject(
  cluster: Cluster,
  target: UpdateTarget,
  change: (old: KubernetesObject) => KubernetesObject,
): KubernetesObject {
  const { resource } = target;
  const old = existing(cluster, target);
  const draft = inNamespace(change(old), target);
  const versioned = withOldIdentity(withVersion(draft, old, target), old);
  const prepared =
    target.subresource === 'status'
      ? resource.rules.prepareStatus(versioned, old)
      : resource.rules.prepareUpdate(versioned, old);
  const verdict = resource.rules.validateUpdate(prepared, old, target.subresource);
  const errors = [...commonErrors(prepared, old, resource), ...verdict.errors];
  verdict.warnings.forEach(target.warn);
  if (errors.length > 0) throw invalid(resource.group, prepared.kind, target.name, errors);
  if (resource.custom) finalizerWarnings(prepared.metadata, old.metadata).forEach(target.warn);
  return write(cluster, target, prepared);
}

// The rules of a resource check the metadata once more; the real answers repeat these causes as well.
function commonErrors(object: KubernetesObject, old: KubernetesObject, resource: Resource): readonly FieldError[] {
  return [
    ...metaErrors(object.metadata, resource.namespaced, segmentProblems),
    ...metaUpdateErrors(object.metadata, old.metadata),
  ];
}

function write(cluster: Cluster, target: UpdateTarget, object: KubernetesObject): KubernetesObject {
  const { resource, namespace, name, dryRun } = target;
  const collection = collectionOf(resource);
  const key = keyOf(namespace, name);
  const finished = object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0;
  const stored = cluster.store.get(collection, key);
  if (finished && !holdsContent(object)) {
    // Watchers see the last stored state go; the client gets what it wrote.
    if (!dryRun && stored !== undefined) cluster.store.remove(collection, key, stored);
    return object;
  }
  const next = resource.rules.store(object);
  if (dryRun || same(next, stored)) return object;
  checkSize(object);
  return resource.rules.read(cluster.store.put(collection, key, next));
}

// A namespace has finalizers of its own in spec; the namespace controller removes it.
function holdsContent(object: KubernetesObject): boolean {
  return object.apiVersion === 'v1' && object.kind === 'Namespace';
}

import type { Cluster } from '../cluster.ts';
import { invalidField } from '../field-errors.ts';
import { same } from '../json.ts';
import { segmentProblems } from '../meta/names.ts';
import { metaErrors } from '../meta/validate.ts';
import { type KubernetesObject, keyOf, type ObjectMeta, withMeta, withoutMeta } from '../object.ts';
import { collectionOf } from '../resources/resource.ts';
import { conflict, invalid, notFound } from '../status.ts';
import { inNamespace, type WriteTarget } from './create.ts';

/** An update of the object itself (empty subresource) or of its status. */
export interface UpdateTarget extends WriteTarget {
  readonly name: string;
  readonly subresource: string;
}

/** The object after an update, and the warnings for the client. */
export interface Updated {
  readonly object: KubernetesObject;
  readonly warnings: readonly string[];
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
  const { resourceVersion } = object.metadata;
  if (resourceVersion === old.metadata.resourceVersion) return object;
  if (resourceVersion !== undefined) throw conflict(resource, name, modified);
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

function checkUid(object: KubernetesObject, old: KubernetesObject, target: UpdateTarget): void {
  const { uid } = object.metadata;
  if (uid === undefined || uid === old.metadata.uid) return;
  const text = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
  throw conflict(target.resource, target.name, text);
}

/**
 * Updates an object. `change` makes the new object of the existing one. An update that changes nothing writes nothing;
 * one that empties the finalizers of an object that is being deleted removes it.
 */
export function updateObject(
  cluster: Cluster,
  target: UpdateTarget,
  change: (old: KubernetesObject) => KubernetesObject,
): Updated {
  const { resource } = target;
  const old = existing(cluster, target);
  const draft = inNamespace(change(old), target);
  checkUid(draft, old, target);
  const versioned = withOldIdentity(withVersion(draft, old, target), old);
  const prepared =
    target.subresource === 'status'
      ? resource.rules.prepareStatus(versioned, old)
      : resource.rules.prepareUpdate(versioned, old);
  const verdict = resource.rules.validateUpdate(prepared, old, target.subresource);
  const common = metaErrors(prepared.metadata, resource.namespaced, segmentProblems);
  const errors = [...common, ...verdict.errors];
  if (errors.length > 0) throw invalid(resource.group, resource.kind, target.name, errors);
  return { object: write(cluster, target, prepared), warnings: verdict.warnings };
}

function write(cluster: Cluster, target: UpdateTarget, object: KubernetesObject): KubernetesObject {
  const { resource, namespace, name, dryRun } = target;
  const collection = collectionOf(resource);
  const key = keyOf(namespace, name);
  const finished = object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0;
  const stored = cluster.store.get(collection, key);
  if (finished && !holdsContent(object)) {
    return dryRun ? object : resource.rules.read(cluster.store.remove(collection, key, object));
  }
  if (dryRun || same(object, stored)) return object;
  return resource.rules.read(cluster.store.put(collection, key, object));
}

// A namespace has finalizers of its own in spec; the namespace controller removes it.
function holdsContent(object: KubernetesObject): boolean {
  return object.apiVersion === 'v1' && object.kind === 'Namespace';
}

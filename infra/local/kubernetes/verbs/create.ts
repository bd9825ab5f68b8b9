import { randomUUID } from 'node:crypto';
import type { Cluster } from '../cluster.ts';
import { generateName } from '../meta/generate-name.ts';
import { segmentProblems } from '../meta/names.ts';
import { metaErrors } from '../meta/validate.ts';
import { type KubernetesObject, keyOf, timestamp, withMeta, withoutMeta } from '../object.ts';
import { collectionOf, type Resource } from '../resources/resource.ts';
import { ApiError, alreadyExists, badRequest, forbidden, invalid, notFound } from '../status.ts';

/** Where an object is written and how. */
export interface WriteTarget {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly dryRun: boolean;
}

/** Refuses a namespace that does not exist (404) or is going away (403), as the admission plugin NamespaceLifecycle. */
export function admitNamespace(cluster: Cluster, target: WriteTarget, name: string): void {
  const { resource, namespace } = target;
  if (!resource.namespaced || namespace === undefined) return;
  const found = cluster.store.get('namespaces', keyOf(undefined, namespace));
  if (found === undefined) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const text = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  throw forbidden(resource, name, text, { causes: [cause] });
}

/** The object in the namespace of the request; another namespace in the object is a 400. */
export function inNamespace(object: KubernetesObject, target: WriteTarget): KubernetesObject {
  const wanted = target.resource.namespaced ? target.namespace : undefined;
  const { namespace } = object.metadata;
  if (namespace === wanted) return object;
  if (wanted === undefined) return withoutMeta(object, 'namespace');
  if (namespace === undefined) return withMeta(object, { namespace: wanted });
  throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

function withSystemFields(object: KubernetesObject, now: Date): KubernetesObject {
  const { name, generateName: start } = object.metadata;
  const bare = withoutMeta(object, 'deletionTimestamp', 'deletionGracePeriodSeconds');
  return withMeta(bare, {
    ...(name === undefined && start !== undefined ? { name: generateName(start) } : {}),
    uid: randomUUID(),
    creationTimestamp: timestamp(now),
  });
}

function validated(object: KubernetesObject, resource: Resource): KubernetesObject {
  const { name = '' } = object.metadata;
  const errors = resource.rules.validate(object);
  if (errors.length > 0) throw invalid(resource.group, resource.kind, name, errors);
  const common = metaErrors(object.metadata, resource.namespaced, segmentProblems);
  if (common.length > 0) throw invalid(resource.group, resource.kind, name, common);
  return object;
}

/** Creates an object and returns it as a reader sees it; throws ApiError 400, 403, 404, 409 or 422. */
export function createObject(cluster: Cluster, target: WriteTarget, draft: KubernetesObject): KubernetesObject {
  const { resource } = target;
  const placed = inNamespace(draft, target);
  admitNamespace(cluster, target, placed.metadata.name ?? '');
  admitDefinition(cluster, resource, placed.metadata.name ?? '');
  const filled = withSystemFields(placed, cluster.clock());
  const object = validated(resource.rules.prepareCreate(filled), resource);
  const { name = '', resourceVersion } = object.metadata;
  const key = keyOf(object.metadata.namespace, name);
  if (cluster.store.get(collectionOf(resource), key) !== undefined) throw alreadyExists(resource, name);
  if (resourceVersion !== undefined) {
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  if (target.dryRun) return resource.rules.read(object);
  return resource.rules.read(cluster.store.put(collectionOf(resource), key, object));
}

function admitDefinition(cluster: Cluster, resource: Resource, name: string): void {
  if (!resource.custom) return;
  const key = keyOf(undefined, `${resource.plural}.${resource.group}`);
  const definition = cluster.store.get('customresourcedefinitions.apiextensions.k8s.io', key);
  if (definition?.metadata.deletionTimestamp === undefined) return;
  throw forbidden(resource, name, 'create not allowed while custom resource definition is terminating');
}

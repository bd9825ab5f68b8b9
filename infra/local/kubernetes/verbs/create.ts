import { randomUUID } from 'node:crypto';
import type { Cluster } from '../cluster.ts';
import { finalizerWarnings } from '../meta/finalizer-warnings.ts';
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
  /** Takes the texts for the Warning headers of the answer. */
  readonly warn: (text: string) => void;
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
  if (errors.length > 0) throw invalid(resource.group, object.kind, name, errors);
  const common = metaErrors(object.metadata, resource.namespaced, segmentProblems);
  if (common.length > 0) throw invalid(resource.group, resource.kind, name, common);
  return object;
}

const storeLimit = 1.5 * 1024 * 1024;
const messageLimit = 2 * 1024 * 1024;

/** etcd takes requests of 1.5 MiB, and its client sends at most 2 MiB. */
export function checkSize(object: KubernetesObject): void {
  const size = Buffer.byteLength(JSON.stringify(object));
  if (size > messageLimit) {
    const text = `rpc error: code = ResourceExhausted desc = trying to send message larger than max (${size} vs. ${messageLimit})`;
    throw new ApiError(500, '', text);
  }
  if (size > storeLimit) throw new ApiError(500, '', 'etcdserver: request is too large');
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
  const there = cluster.store.get(collectionOf(resource), key);
  if (there !== undefined) throw alreadyExists(resource, name, there.metadata.deletionTimestamp !== undefined);
  if (resourceVersion !== undefined) {
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  checkSize(object);
  if (resource.custom) finalizerWarnings(object.metadata, {}).forEach(target.warn);
  if (target.dryRun) return resource.rules.read(object);
  return resource.rules.read(cluster.store.put(collectionOf(resource), key, resource.rules.store(object)));
}

function admitDefinition(cluster: Cluster, resource: Resource, name: string): void {
  if (!resource.custom) return;
  const key = keyOf(undefined, `${resource.plural}.${resource.group}`);
  const definition = cluster.store.get('customresourcedefinitions.apiextensions.k8s.io', key);
  if (definition?.metadata.deletionTimestamp === undefined) return;
  throw forbidden(resource, name, 'create not allowed while custom resource definition is terminating');
}

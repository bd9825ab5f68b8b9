import type { Cluster } from '../cluster.ts';
import type { Answer } from '../http/answer.ts';
import { type KubernetesObject, keyOf } from '../object.ts';
import { collectionOf } from '../resources/resource.ts';
import { badRequest } from '../status.ts';
import { createObject } from './create.ts';
import { decodeRequest, type RequestBody } from './decode.ts';
import type { FieldValidation } from './options.ts';
import { checkUid, type UpdateTarget, updateObject } from './update.ts';

function decoded(target: UpdateTarget, body: RequestBody, validation: FieldValidation): KubernetesObject {
  const object = decodeRequest(body, target.resource, validation, target.warn);
  const { name, namespace } = object.metadata;
  if (namespace !== undefined && target.namespace !== undefined && namespace !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (name === undefined) {
    const text = `the name of the object (${target.name} based on URL) was undeterminable: name must be provided`;
    throw badRequest(text);
  }
  if (name === target.name) return object;
  throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
}

/** PUT: replaces an object that exists; throws ApiError 400, 404, 409 or 422. */
export function replaceObject(
  cluster: Cluster,
  target: UpdateTarget,
  body: RequestBody,
  validation: FieldValidation,
): KubernetesObject {
  const object = decoded(target, body, validation);
  return updateObject(cluster, target, (old) => {
    checkUid(object, old, target);
    return object;
  });
}

/** PUT of the few kinds that it also creates, such as leases. */
export function createOrReplace(
  cluster: Cluster,
  target: UpdateTarget,
  body: RequestBody,
  validation: FieldValidation,
): Answer {
  const { resource } = target;
  const there = cluster.store.get(collectionOf(resource), keyOf(target.namespace, target.name));
  if (there !== undefined) {
    return { is: 'object', status: 200, resource, object: replaceObject(cluster, target, body, validation) };
  }
  const object = createObject(cluster, target, decoded(target, body, validation));
  return { is: 'object', status: 201, resource, object };
}

import { reviewStatus } from './access/reviews.ts';
import type { User } from './access/users.ts';
import type { Cluster } from './cluster.ts';
import { answerPath } from './discovery/paths.ts';
import { type Answer, pageNotFound } from './http/answer.ts';
import { bodyFormat, patchFormat } from './http/negotiation.ts';
import type { RequestInfo } from './http/request-info.ts';
import { objectOf } from './json.ts';
import { apiVersionOf, type Resource } from './resources/resource.ts';
import { ApiError, badRequest, methodNotAllowed } from './status.ts';
import { createObject, type WriteTarget } from './verbs/create.ts';
import { decodeRequest, fieldValidationOf } from './verbs/decode.ts';
import { deleteObject } from './verbs/delete.ts';
import { deleteRequest, isDryRun } from './verbs/delete-options.ts';
import { listObjects } from './verbs/list.ts';
import { patchObject } from './verbs/patch.ts';
import { existing, type Updated, updateObject } from './verbs/update.ts';

/** A request after authentication and authorization; watches are not dispatched here. */
export interface Call {
  readonly info: RequestInfo;
  readonly user: User;
  readonly query: URLSearchParams;
  readonly accept: string | undefined;
  readonly contentType: string | undefined;
  readonly text: string;
  readonly address: string;
  /** Collects the Warning headers of the answer. */
  readonly warnings: string[];
}

/** The resource that a request is about; undefined when nothing serves it. */
export function resourceOf(cluster: Cluster, info: RequestInfo): Resource | undefined {
  const resource = cluster.registry.find(info.group, info.version, info.resource);
  if (resource === undefined) return undefined;
  const known = info.subresource === '' || resource.subresources.includes(info.subresource);
  return known ? resource : undefined;
}

function nothingThere(info: RequestInfo): Answer {
  if (info.group !== '' || info.version !== 'v1') return pageNotFound;
  throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** Does what a request asks for; throws ApiError for every refusal. */
export function dispatch(cluster: Cluster, call: Call): Answer {
  const { info } = call;
  if (!info.isResource) {
    if (info.verb !== 'get' && info.verb !== 'head') throw methodNotAllowed();
    return answerPath(cluster.registry, info.path, call.accept, call.address);
  }
  const resource = resourceOf(cluster, info);
  if (resource === undefined) return nothingThere(info);
  const writesCollection = ['create', 'deletecollection'].includes(info.verb);
  if (resource.namespaced && info.namespace === undefined && (info.name !== undefined || writesCollection)) {
    if (info.verb !== 'list' && info.verb !== 'deletecollection') return pageNotFound;
    if (info.verb === 'deletecollection') throw methodNotAllowed();
  }
  return run(cluster, call, resource);
}

function targetOf({ info }: Call, resource: Resource, dryRun: boolean): WriteTarget {
  return { resource, namespace: resource.namespaced ? info.namespace : undefined, dryRun };
}

function run(cluster: Cluster, call: Call, resource: Resource): Answer {
  const { info, query } = call;
  const target = targetOf(call, resource, false);
  switch (info.verb) {
    case 'get': {
      const object = existing(cluster, { ...target, name: info.name ?? '', subresource: info.subresource });
      return { is: 'object', status: 200, resource, object };
    }
    case 'list':
      return listObjects(cluster, { resource, namespace: target.namespace, name: info.name }, query);
    case 'create':
      return create(cluster, call, resource);
    case 'update':
    case 'patch':
      return write(cluster, call, resource);
    case 'delete':
      return remove(cluster, call, resource);
    case 'deletecollection':
      return removeAll(cluster, call, resource);
    default:
      throw methodNotAllowed();
  }
}

function create(cluster: Cluster, call: Call, resource: Resource): Answer {
  const { info, query, text } = call;
  if (info.name !== undefined && !resource.custom) throw methodNotAllowed();
  const dryRun = isDryRun(query.getAll('dryRun'));
  const { object, warnings } = decodeRequest(text, bodyFormat(call.contentType), resource, fieldValidationOf(query));
  call.warnings.push(...warnings);
  if (resource.group === 'authorization.k8s.io') {
    const status = reviewStatus(cluster.store, resource.kind, call.user, objectOf(object['spec']));
    return { is: 'json', status: 201, body: { ...object, apiVersion: apiVersionOf(resource), status } };
  }
  const created = createObject(cluster, targetOf(call, resource, dryRun), object);
  return { is: 'object', status: 201, resource, object: created };
}

function write(cluster: Cluster, call: Call, resource: Resource): Answer {
  const { info, query, text } = call;
  if (info.name === undefined) throw info.verb === 'update' ? badRequest('name must be provided') : methodNotAllowed();
  const dryRun = isDryRun(query.getAll('dryRun'));
  const target = { ...targetOf(call, resource, dryRun), name: info.name, subresource: info.subresource };
  const updated = info.verb === 'update' ? replace(cluster, call, target) : patched(cluster, call, target);
  call.warnings.push(...updated.warnings);
  return { is: 'object', status: 200, resource, object: updated.object };

  function patched(...[store, { contentType }, where]: Parameters<typeof replace>): Updated {
    const format = patchFormat(contentType, where.resource.rules.strategicMerge !== undefined);
    return patchObject(store, where, { format, text, validation: fieldValidationOf(query) });
  }
}

function replace(cluster: Cluster, call: Call, target: Parameters<typeof updateObject>[1]): Updated {
  const { text, contentType, query } = call;
  const decoded = decodeRequest(text, bodyFormat(contentType), target.resource, fieldValidationOf(query));
  const { name = '', namespace } = decoded.object.metadata;
  if (namespace !== undefined && target.namespace !== undefined && namespace !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (name !== target.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  }
  const updated = updateObject(cluster, target, () => decoded.object);
  return { object: updated.object, warnings: [...decoded.warnings, ...updated.warnings] };
}

function remove(cluster: Cluster, call: Call, resource: Resource): Answer {
  const { info, query, text } = call;
  const options = deleteRequest(text, call.contentType, query);
  const target = { ...targetOf(call, resource, options.dryRun), name: info.name ?? '', subresource: '' };
  const { object, gone } = deleteObject(cluster, target, options);
  if (!gone) return { is: 'object', status: 200, resource, object };
  const { name = '', uid = '' } = object.metadata;
  const group = resource.group === '' ? {} : { group: resource.group };
  const details = { name, ...group, kind: resource.plural, uid };
  return {
    is: 'json',
    status: 200,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details },
  };
}

function removeAll(cluster: Cluster, call: Call, resource: Resource): Answer {
  if (!resource.verbs.includes('deletecollection')) throw methodNotAllowed();
  const { info, query, text } = call;
  const options = deleteRequest(text, call.contentType, query);
  const scope = { resource, namespace: resource.namespaced ? info.namespace : undefined, name: info.name };
  const list = listObjects(cluster, scope, query);
  if (list.is !== 'list') return list;
  for (const { metadata } of list.objects) {
    const { name = '', namespace } = metadata;
    deleteObject(cluster, { resource, namespace, name, subresource: '', dryRun: options.dryRun }, options);
  }
  return list;
}

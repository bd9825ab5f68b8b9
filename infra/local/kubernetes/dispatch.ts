import type { User } from './access/users.ts';
import type { Cluster } from './cluster.ts';
import { answerPath } from './discovery/paths.ts';
import { type Answer, pageNotFound } from './http/answer.ts';
import { bodyFormat, patchFormat } from './http/negotiation.ts';
import type { RequestInfo } from './http/request-info.ts';
import type { Resource } from './resources/resource.ts';
import { ApiError, badRequest, methodNotAllowed, notFound, notSupportedOn } from './status.ts';
import { createObject, type WriteTarget } from './verbs/create.ts';
import { decodeRequest } from './verbs/decode.ts';
import { deleteObject } from './verbs/delete.ts';
import { deleteRequest } from './verbs/delete-options.ts';
import { checkVersion, listObjects } from './verbs/list.ts';
import { writeOptions } from './verbs/options.ts';
import { patchObject } from './verbs/patch.ts';
import { createOrReplace, replaceObject } from './verbs/replace.ts';
import { specialCreate } from './verbs/special.ts';
import { existing } from './verbs/update.ts';

/** A request after authentication and authorization; watches are not dispatched here. */
export interface Call {
  readonly info: RequestInfo;
  readonly user: User;
  readonly query: URLSearchParams;
  readonly accept: string | undefined;
  readonly contentType: string | undefined;
  readonly text: string;
  readonly address: string;
  /** Takes the texts for the Warning headers of the answer. */
  readonly warn: (text: string) => void;
}

/** The resource that a request is about; undefined when nothing serves it. */
export function resourceOf(cluster: Cluster, info: RequestInfo): Resource | undefined {
  return cluster.registry.find(info.group, info.version, info.resource);
}

/** The answer for a resource that is not served: JSON in the core group, plain text elsewhere. */
export function nothingThere(info: RequestInfo): Answer {
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
  const special = specialCreate(cluster, call, resource);
  if (special !== undefined) return special;
  if (info.subresource !== '' && !resource.subresources.includes(info.subresource)) {
    if (resource.custom) throw notFound(resource, info.name ?? '');
    return nothingThere(info);
  }
  if (resource.namespaced && info.namespace === undefined && info.verb !== 'list') return withoutNamespace(info);
  return run(cluster, call, resource);
}

// Objects of namespaced resources can be listed across namespaces, nothing else.
function withoutNamespace({ verb, name }: RequestInfo): Answer {
  if (verb === 'deletecollection' && name === undefined) throw methodNotAllowed();
  return pageNotFound;
}

function targetOf({ info, warn }: Call, resource: Resource, dryRun: boolean): WriteTarget {
  return { resource, namespace: resource.namespaced ? info.namespace : undefined, dryRun, warn };
}

function run(cluster: Cluster, call: Call, resource: Resource): Answer {
  const { info, query } = call;
  const target = targetOf(call, resource, false);
  const refused = () => (resource.custom ? notSupportedOn(resource, info.verb) : methodNotAllowed());
  switch (info.verb) {
    case 'get': {
      checkVersion(cluster, query.get('resourceVersion'));
      const object = existing(cluster, { ...target, name: info.name ?? '', subresource: info.subresource });
      return { is: 'object', status: 200, resource, object };
    }
    case 'list':
      return listObjects(cluster, { resource, namespace: target.namespace, name: info.name }, query);
    case 'create':
      if (info.subresource !== '' || (info.name !== undefined && !resource.custom)) throw refused();
      return create(cluster, call, resource);
    case 'update':
    case 'patch':
      if (info.name === undefined && !resource.custom) throw refused();
      return write(cluster, call, resource);
    case 'delete':
      if (info.subresource !== '') throw refused();
      return remove(cluster, call, resource);
    case 'deletecollection':
      if (!resource.verbs.includes('deletecollection')) throw refused();
      return removeAll(cluster, call, resource);
    default:
      throw methodNotAllowed();
  }
}

function create(cluster: Cluster, call: Call, resource: Resource): Answer {
  const { query, text, contentType, warn } = call;
  const format = bodyFormat(contentType);
  const { dryRun, validation } = writeOptions(query, 'CreateOptions');
  const draft = decodeRequest({ text, format }, resource, validation, warn);
  const object = createObject(cluster, targetOf(call, resource, dryRun), draft);
  return { is: 'object', status: 201, resource, object };
}

function write(cluster: Cluster, call: Call, resource: Resource): Answer {
  const { info, query, text, contentType } = call;
  const { name, subresource, verb } = info;
  const patching = verb === 'patch';
  const format = patching ? patchFormat(contentType, resource.rules.strategicMerge !== undefined) : 'merge';
  if (name === undefined) throw badRequest('name must be provided');
  const { dryRun, validation } = writeOptions(query, patching ? 'PatchOptions' : 'UpdateOptions');
  const target = { ...targetOf(call, resource, dryRun), name, subresource };
  if (patching) {
    const object = patchObject(cluster, target, { format, text, validation });
    return { is: 'object', status: 200, resource, object };
  }
  const body = { text, format: bodyFormat(contentType) };
  if (resource.rules.createOnUpdate) return createOrReplace(cluster, target, body, validation);
  return { is: 'object', status: 200, resource, object: replaceObject(cluster, target, body, validation) };
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
  const { info, query, text } = call;
  const options = deleteRequest(text, call.contentType, query);
  const scope = { resource, namespace: resource.namespaced ? info.namespace : undefined, name: info.name };
  const list = listObjects(cluster, scope, query);
  if (list.is !== 'list') return list;
  for (const { metadata } of list.objects) {
    const { name = '', namespace } = metadata;
    const target = { ...targetOf(call, resource, options.dryRun), namespace, name, subresource: '' };
    deleteObject(cluster, target, { ...options, uid: undefined, resourceVersion: undefined });
  }
  return list;
}

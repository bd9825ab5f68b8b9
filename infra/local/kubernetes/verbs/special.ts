import { reviewStatus } from '../access/reviews.ts';
import type { Cluster } from '../cluster.ts';
import type { Call } from '../dispatch.ts';
import type { Answer } from '../http/answer.ts';
import { bodyFormat } from '../http/negotiation.ts';
import { at, objectOf, textsOf } from '../json.ts';
import { keyOf, timestamp, withoutMeta } from '../object.ts';
import { collectionOf, type Resource } from '../resources/resource.ts';
import { decodeRequest } from './decode.ts';
import { writeOptions } from './options.ts';
import { existing } from './update.ts';

/** Creates that store nothing, and the finalize subresource of namespaces; undefined for every other request. */
export function specialCreate(cluster: Cluster, call: Call, resource: Resource): Answer | undefined {
  const { info } = call;
  if (info.verb === 'create' && resource.verbs.length === 1) return review(cluster, call, resource);
  if (resource.group !== '' || info.name === undefined) return undefined;
  if (resource.plural === 'serviceaccounts' && info.subresource === 'token' && info.verb === 'create') {
    return tokenRequest(cluster, call, resource);
  }
  if (resource.plural === 'namespaces' && info.subresource === 'finalize' && info.verb === 'update') {
    return finalize(cluster, call, resource);
  }
  return undefined;
}

function review(cluster: Cluster, call: Call, resource: Resource): Answer {
  const { query, text, contentType, user, warn } = call;
  const { validation } = writeOptions(query, 'CreateOptions');
  const object = decodeRequest({ text, format: bodyFormat(contentType) }, resource, validation, warn);
  if (resource.kind === 'SelfSubjectReview') {
    const userInfo = { username: user.name, groups: user.groups };
    const metadata = { creationTimestamp: timestamp(cluster.clock()) };
    return { is: 'json', status: 201, body: { ...object, metadata, status: { userInfo } } };
  }
  const spec = objectOf(object['spec']);
  const status = reviewStatus(cluster.store, resource.kind, user, spec);
  const shown = resource.kind === 'SelfSubjectRulesReview' ? {} : spec;
  return { is: 'json', status: 201, body: { ...object, spec: shown, status } };
}

const shortest = 600;
const usual = 3600;

function tokenRequest(cluster: Cluster, call: Call, resource: Resource): Answer {
  const { info, text } = call;
  const target = { resource, namespace: info.namespace, name: info.name ?? '', subresource: '', dryRun: false };
  const account = existing(cluster, { ...target, warn: call.warn });
  const body: unknown = text === '' ? {} : JSON.parse(text);
  const asked = at(objectOf(objectOf(isJsonObject(body) ? body : {})['spec']), 'expirationSeconds');
  const seconds = Math.max(shortest, typeof asked === 'number' ? asked : usual);
  const { name = '', namespace = '' } = account.metadata;
  const expires = new Date(cluster.clock().getTime() + seconds * 1000);
  const token = cluster.tokens.issue(`system:serviceaccount:${namespace}:${name}`, expires);
  const spec = { audiences: ['https://kubernetes.default.svc'], expirationSeconds: seconds, boundObjectRef: null };
  const status = { token, expirationTimestamp: timestamp(expires) };
  const metadata = { name, namespace, creationTimestamp: timestamp(cluster.clock()) };
  return {
    is: 'json',
    status: 201,
    body: { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata, spec, status },
  };
}

function isJsonObject(value: unknown): value is Record<string, never> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a namespace controller does at the end; an empty list lets the namespace go. */
function finalize(cluster: Cluster, call: Call, resource: Resource): Answer {
  const name = call.info.name ?? '';
  const target = { resource, namespace: undefined, name, subresource: '', dryRun: false, warn: call.warn };
  const old = existing(cluster, target);
  const { text, contentType, query } = call;
  const { validation } = writeOptions(query, 'UpdateOptions');
  const body = decodeRequest({ text, format: bodyFormat(contentType) }, resource, validation, call.warn);
  const finalizers = textsOf(at(body, 'spec', 'finalizers'));
  const object = { ...old, spec: finalizers.length === 0 ? {} : { finalizers } };
  const key = keyOf(undefined, name);
  const done = finalizers.length === 0 && old.metadata.deletionTimestamp !== undefined;
  if (done && (old.metadata.finalizers ?? []).length === 0) {
    cluster.store.remove(collectionOf(resource), key, old);
    return { is: 'object', status: 200, resource, object };
  }
  const stored = cluster.store.put(collectionOf(resource), key, withoutMeta(object, 'resourceVersion'));
  return { is: 'object', status: 200, resource, object: stored };
}

import type { RequestInfo } from '../http/request-info.ts';
import { at, type Json, type JsonObject, listOf, objectOf, textOf, textsOf } from '../json.ts';
import { type KubernetesObject, keyOf } from '../object.ts';
import type { Store } from '../store/store.ts';
import type { User } from './users.ts';

/** What somebody wants to do; a RequestInfo is one. */
export type Attributes = Pick<
  RequestInfo,
  'isResource' | 'path' | 'verb' | 'group' | 'resource' | 'subresource' | 'namespace' | 'name'
>;

const api = 'rbac.authorization.k8s.io';

/** What every user may do, as the system:discovery and system:public-info-viewer roles of a real cluster say. */
const basicPaths = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];
const publicPaths = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const selfReviews = ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'];

const basicRules: readonly JsonObject[] = [
  { verbs: ['get'], nonResourceURLs: basicPaths },
  { verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: selfReviews },
];
const publicRules: readonly JsonObject[] = [{ verbs: ['get'], nonResourceURLs: publicPaths }];

function applies(subject: Json, user: User, namespace: string | undefined): boolean {
  const name = textOf(at(subject, 'name')) ?? '';
  switch (at(subject, 'kind')) {
    case 'User':
      return name === user.name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount':
      return user.name === `system:serviceaccount:${textOf(at(subject, 'namespace')) ?? namespace}:${name}`;
    default:
      return false;
  }
}

function rulesOf(store: Store, binding: KubernetesObject): readonly JsonObject[] {
  const { kind, name } = objectOf(binding['roleRef']);
  const cluster = kind === 'ClusterRole';
  const namespace = cluster ? undefined : binding.metadata.namespace;
  const role = store.get(`${cluster ? 'clusterroles' : 'roles'}.${api}`, keyOf(namespace, String(name)));
  return listOf(role?.['rules']).map(objectOf);
}

/** The rules that a user has in a namespace (those of cluster role bindings only, when there is none). */
export function rulesFor(store: Store, user: User, namespace: string | undefined): readonly JsonObject[] {
  const bindings = [
    ...store.list(`clusterrolebindings.${api}`, ''),
    ...(namespace === undefined ? [] : store.list(`rolebindings.${api}`, `${namespace}/`)),
  ].map(({ object }) => object);
  const own = bindings.filter((binding) =>
    listOf(binding['subjects']).some((subject) => applies(subject, user, binding.metadata.namespace)),
  );
  const basic = user.groups.includes('system:authenticated') ? basicRules : publicRules;
  return [...basic, ...own.flatMap((binding) => rulesOf(store, binding))];
}

function covers(list: Json | undefined, value: string): boolean {
  const values = textsOf(list);
  return values.includes('*') || values.includes(value);
}

function coversPath(list: Json | undefined, path: string): boolean {
  return textsOf(list).some(
    (url) => url === path || url === '*' || (url.endsWith('*') && path.startsWith(url.slice(0, -1))),
  );
}

function coversResource(rule: JsonObject, { resource, subresource }: Attributes): boolean {
  const resources = textsOf(rule['resources']);
  if (resources.includes('*')) return true;
  if (subresource === '') return resources.includes(resource);
  return resources.includes(`${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

function allows(rule: JsonObject, wanted: Attributes): boolean {
  if (!covers(rule['verbs'], wanted.verb)) return false;
  if (!wanted.isResource) return coversPath(rule['nonResourceURLs'], wanted.path);
  const names = textsOf(rule['resourceNames']);
  const named = names.length === 0 || (wanted.name !== undefined && names.includes(wanted.name));
  return named && covers(rule['apiGroups'], wanted.group) && coversResource(rule, wanted);
}

/** Whether RBAC allows something; members of system:masters may do everything. */
export function isAllowed(store: Store, user: User, wanted: Attributes): boolean {
  if (user.groups.includes('system:masters')) return true;
  return rulesFor(store, user, wanted.namespace).some((rule) => allows(rule, wanted));
}

/** The end of the 403 text, after `… is forbidden: `. */
export function refusal(user: User, wanted: Attributes): string {
  const who = `User ${JSON.stringify(user.name)} cannot ${wanted.verb}`;
  if (!wanted.isResource) return `${who} path ${JSON.stringify(wanted.path)}`;
  const resource = wanted.subresource === '' ? wanted.resource : `${wanted.resource}/${wanted.subresource}`;
  const where =
    wanted.namespace === undefined ? 'at the cluster scope' : `in the namespace ${JSON.stringify(wanted.namespace)}`;
  return `${who} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(wanted.group)} ${where}`;
}

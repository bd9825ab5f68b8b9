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

/** A rule that a user has, and where it comes from in the words of the API. */
export interface Grant {
  readonly rule: JsonObject;
  readonly source: string;
}

const api = 'rbac.authorization.k8s.io';

/** The subject of a binding that is the user or a group of the user, in words; undefined when none is. */
function subjectFor(binding: KubernetesObject, user: User): string | undefined {
  for (const subject of listOf(binding['subjects'])) {
    const kind = at(subject, 'kind');
    const name = textOf(at(subject, 'name')) ?? '';
    if (kind === 'User' && name === user.name) return `User ${JSON.stringify(name)}`;
    if (kind === 'Group' && user.groups.includes(name)) return `Group ${JSON.stringify(name)}`;
    const namespace = textOf(at(subject, 'namespace')) ?? binding.metadata.namespace;
    if (kind === 'ServiceAccount' && user.name === `system:serviceaccount:${namespace}:${name}`) {
      return `ServiceAccount ${JSON.stringify(`${name}/${namespace}`)}`;
    }
  }
  return undefined;
}

function rulesOf(store: Store, binding: KubernetesObject): readonly JsonObject[] {
  const { kind, name } = objectOf(binding['roleRef']);
  const cluster = kind === 'ClusterRole';
  const namespace = cluster ? undefined : binding.metadata.namespace;
  const role = store.get(`${cluster ? 'clusterroles' : 'roles'}.${api}`, keyOf(namespace, String(name)));
  return listOf(role?.['rules']).map(objectOf);
}

function grantsOf(store: Store, user: User, binding: KubernetesObject): readonly Grant[] {
  const subject = subjectFor(binding, user);
  if (subject === undefined) return [];
  const { kind, name } = objectOf(binding['roleRef']);
  const { name: own = '', namespace } = binding.metadata;
  const bindingName = JSON.stringify(namespace === undefined ? own : `${own}/${namespace}`);
  const bindingKind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding';
  const source = `${bindingKind} ${bindingName} of ${kind} ${JSON.stringify(name)} to ${subject}`;
  return rulesOf(store, binding).map((rule) => ({ rule, source }));
}

const collections = ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'].map(
  (plural) => `${plural}.${api}`,
);

interface Known {
  /** The last write to any role or binding when these were found. */
  readonly revision: number;
  readonly grants: Map<string, readonly Grant[]>;
}

const known = new WeakMap<Store, Known>();

/** What a user is granted in a namespace (by cluster role bindings only, when there is none). */
export function grantsFor(store: Store, user: User, namespace: string | undefined): readonly Grant[] {
  const revision = Math.max(...collections.map((collection) => store.lastWrite(collection)));
  const before = known.get(store);
  const { grants } = before?.revision === revision ? before : remember(store, revision);
  const key = JSON.stringify([user.name, user.groups, namespace ?? null]);
  const found = grants.get(key) ?? findGrants(store, user, namespace);
  grants.set(key, found);
  return found;
}

function remember(store: Store, revision: number): Known {
  const made: Known = { revision, grants: new Map() };
  known.set(store, made);
  return made;
}

function findGrants(store: Store, user: User, namespace: string | undefined): readonly Grant[] {
  const bindings = [
    ...store.list(`clusterrolebindings.${api}`, ''),
    ...(namespace === undefined ? [] : store.list(`rolebindings.${api}`, `${namespace}/`)),
  ];
  return bindings.flatMap(({ object }) => grantsOf(store, user, object));
}

function covers(list: Json | undefined, value: string): boolean {
  const values = textsOf(list);
  return values.includes('*') || values.includes(value);
}

function coversPath(list: Json | undefined, path: string): boolean {
  const matches = (url: string): boolean => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)));
  return textsOf(list).some(matches);
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

/** Why something is allowed: empty for members of system:masters, undefined when it is not. */
export function permission(store: Store, user: User, wanted: Attributes): string | undefined {
  if (user.groups.includes('system:masters')) return '';
  const grant = grantsFor(store, user, wanted.namespace).find(({ rule }) => allows(rule, wanted));
  return grant === undefined ? undefined : `RBAC: allowed by ${grant.source}`;
}

/** The end of the 403 text, after `… is forbidden: `. */
export function refusal(user: User, wanted: Attributes): string {
  const who = `User ${JSON.stringify(user.name)} cannot ${wanted.verb}`;
  if (!wanted.isResource) return `${who} path ${JSON.stringify(wanted.path)}`;
  const resource = wanted.subresource === '' ? wanted.resource : `${wanted.resource}/${wanted.subresource}`;
  const { namespace } = wanted;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(wanted.group)} ${where}`;
}

import { randomUUID } from 'node:crypto';
import type { Cluster } from '../cluster.ts';
import type { JsonObject } from '../json.ts';
import { keyOf, timestamp } from '../object.ts';
import { apiVersionOf, collectionOf } from '../resources/resource.ts';

const rbac = 'rbac.authorization.k8s.io';
const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const read = ['get', 'list', 'watch'];
const write = [...read, 'create', 'delete', 'deletecollection', 'patch', 'update'];
const health = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const discovery = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', ...health];
const apps = ['deployments'];
const core = ['configmaps', 'events', 'serviceaccounts', 'services'];

function resourceRule(
  verbs: readonly string[],
  apiGroups: readonly string[],
  resources: readonly string[],
): JsonObject {
  return { verbs, apiGroups, resources };
}

/** The cluster roles that every cluster has, as far as their resources are served here. */
const roles: Readonly<Record<string, readonly JsonObject[]>> = {
  'cluster-admin': [resourceRule(['*'], ['*'], ['*']), { verbs: ['*'], nonResourceURLs: ['*'] }],
  admin: [
    resourceRule(write, [''], [...core, 'secrets']),
    resourceRule(write, ['apps'], apps),
    resourceRule(write, [rbac], ['roles', 'rolebindings']),
  ],
  edit: [resourceRule(write, [''], [...core, 'secrets']), resourceRule(write, ['apps'], apps)],
  view: [resourceRule(read, [''], [...core, 'namespaces']), resourceRule(read, ['apps'], apps)],
  'system:basic-user': [
    resourceRule(['create'], ['authorization.k8s.io'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']),
    resourceRule(['create'], ['authentication.k8s.io'], ['selfsubjectreviews']),
  ],
  'system:discovery': [{ verbs: ['get'], nonResourceURLs: discovery }],
  'system:public-info-viewer': [{ verbs: ['get'], nonResourceURLs: health }],
};

/** Which groups have them. */
const bindings: Readonly<Record<string, readonly string[]>> = {
  'cluster-admin': ['system:masters'],
  'system:basic-user': ['system:authenticated'],
  'system:discovery': ['system:authenticated'],
  'system:public-info-viewer': ['system:authenticated', 'system:unauthenticated'],
};

function put(cluster: Cluster, group: string, plural: string, name: string, fields: JsonObject): void {
  const resource = cluster.registry.find(group, 'v1', plural);
  if (resource === undefined) throw new Error(`The table of built-in resources has no ${plural}`);
  const metadata = {
    name,
    uid: randomUUID(),
    creationTimestamp: timestamp(cluster.clock()),
    ...(group === rbac ? { labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } } : {}),
  };
  const object = { ...fields, apiVersion: apiVersionOf(resource), kind: resource.kind, metadata };
  cluster.store.put(collectionOf(resource), keyOf(undefined, name), resource.rules.prepareCreate(object));
}

/** Fills a new cluster with what every cluster has from the start: namespaces and basic access rules. */
export function bootstrap(cluster: Cluster): void {
  for (const name of namespaces) put(cluster, '', 'namespaces', name, {});
  for (const [name, rules] of Object.entries(roles)) put(cluster, rbac, 'clusterroles', name, { rules });
  for (const [name, groups] of Object.entries(bindings)) {
    const subjects = groups.map((group) => ({ kind: 'Group', apiGroup: rbac, name: group }));
    const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name };
    put(cluster, rbac, 'clusterrolebindings', name, { subjects, roleRef });
  }
}

import { isRecord, type KubernetesObject, type Resource } from '../engine/objects.ts';
import type { Cluster } from '../engine/ports.ts';
import type { Component } from '../rights.ts';
import { told } from './finding.ts';

/** Who a component is in the cluster, as far as bindings tell. */
export interface Subject {
  readonly user: string;
  readonly groups: readonly string[];
  /** Of a binding that counts in one namespace only. */
  readonly namespace?: string;
}

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' };
const roles: Resource = { ...rbac, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false };
const clusterWide: Resource = {
  ...rbac,
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
};
const inNamespaces: Resource = { ...rbac, kind: 'RoleBinding', plural: 'rolebindings', namespaced: true };

const componentLabel = 'app.kubernetes.io/component';
const ourRoles = 'app.kubernetes.io/name=konnect-reconciler';

/** The roles of our components and who is bound to them. */
export interface Bound {
  /** The ClusterRole of a component, whatever it was named at the install. */
  role(component: Component): string | undefined;
  subjects(component: Component): readonly Subject[];
}

export async function readBound(cluster: Pick<Cluster, 'list'>): Promise<Bound> {
  const [ours, wide, narrow] = await Promise.all([
    cluster.list(roles, { labelSelector: ourRoles }),
    cluster.list(clusterWide),
    cluster.list(inNamespaces),
  ]);
  const role = (component: Component) =>
    ours.find(({ metadata }) => metadata.labels?.[componentLabel] === component)?.metadata.name;
  return {
    role,
    subjects(component) {
      const name = role(component);
      return name === undefined ? [] : [...wide, ...narrow].filter((one) => isFor(one, name)).flatMap(subjectsOf);
    },
  };
}

function isFor(binding: KubernetesObject, role: string): boolean {
  const ref = binding['roleRef'];
  return isRecord(ref) && ref['kind'] === 'ClusterRole' && ref['name'] === role;
}

function subjectsOf(binding: KubernetesObject): readonly Subject[] {
  const subjects = binding['subjects'];
  const where = binding.metadata.namespace === undefined ? {} : { namespace: binding.metadata.namespace };
  return (Array.isArray(subjects) ? subjects.filter(isRecord) : []).map((one) => ({ ...subjectOf(one), ...where }));
}

/** A service account is the user that the API server makes of it. */
function subjectOf(subject: Readonly<Record<string, unknown>>): Subject {
  const [name, namespace] = [told(subject['name']), told(subject['namespace'])];
  if (subject['kind'] === 'Group') return { user: '', groups: [name] };
  if (subject['kind'] !== 'ServiceAccount') return { user: name, groups: ['system:authenticated'] };
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  return { user: `system:serviceaccount:${namespace}:${name}`, groups };
}

import type { Document, Manifest } from '../yaml-file.ts';
import { forwarder, functionNames, functionRole, metadata, namespace } from './names.ts';

const api = 'rbac.authorization.k8s.io';

function binding(name: string, component: string, role: string, subject: Manifest): Manifest {
  return {
    apiVersion: `${api}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: metadata(name, component),
    roleRef: { apiGroup: api, kind: 'ClusterRole', name: role },
    subjects: [subject],
  };
}

function account(name: string): Manifest {
  return { kind: 'ServiceAccount', name, namespace };
}

/** Nobody is in the groups of the functions until somebody says so, such as by an access entry of EKS. */
export const bindings: readonly Document[] = [
  { manifest: binding(forwarder, 'forwarder', forwarder, account(forwarder)) },
  ...functionNames.map((name) => {
    const role = functionRole(name);
    return { manifest: binding(role, name, role, { apiGroup: api, kind: 'Group', name: role }) };
  }),
];

/** Identities of functions in a cluster that AWS IAM does not lead into. */
export const functionAccounts: readonly Document[] = functionNames.flatMap((name) => {
  const role = functionRole(name);
  const own = metadata(role, name, { namespace });
  return [
    { manifest: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: own, automountServiceAccountToken: false } },
    { manifest: binding(`${role}-service-account`, name, role, account(role)) },
  ];
});

/** Tokens that never expire, which the cluster fills in. */
export const functionTokens: readonly Document[] = functionNames.map((name) => {
  const role = functionRole(name);
  const annotations = { 'kubernetes.io/service-account.name': role };
  return {
    manifest: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadata(role, name, { namespace, annotations }),
      type: 'kubernetes.io/service-account-token',
    },
  };
});

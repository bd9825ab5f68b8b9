import { runCli } from '../../lib/cli/fixture.ts';
import type { Finding } from '../../lib/doctor/finding.ts';
import type { Resource } from '../../lib/engine/objects.ts';

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: false };
export const bindings: Resource = { ...rbac, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings' };
export const roles: Resource = { ...rbac, kind: 'ClusterRole', plural: 'clusterroles' };
export const definitions: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

/** Of a CRD. */
export interface DefinitionSpec {
  readonly versions: unknown;
}

/** What `doctor` finds in an environment. */
export async function findingsIn(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<readonly Finding[]> {
  const { stdout, stderr } = await runCli(['doctor', '--json', ...args], environment);
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { readonly findings: readonly Finding[] }).findings;
}

/** Those of one check. */
export function of(check: string, found: readonly Finding[]): readonly Finding[] {
  return found.filter((one) => one.check === check);
}

/** A kubeconfig for a server that knows everybody. */
export function kubeconfigOf(server: string) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'late', cluster: { server } }],
    users: [{ name: 'me', user: { token: 'x' } }],
    contexts: [{ name: 'late', context: { cluster: 'late', user: 'me' } }],
    'current-context': 'late',
  };
}

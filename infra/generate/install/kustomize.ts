import { type Document, generatedHead, yamlFile } from '../yaml-file.ts';
import { bindings, functionAccounts, functionTokens } from './bindings.ts';
import { withDefaults } from './slots.ts';
import { networkPolicy, podDisruptionBudget, service, serviceMonitor } from './surroundings.ts';
import { deployment, namespaceManifest, serviceAccount } from './workload.ts';

const folder = 'infra/cluster';

/** What `kubectl apply -k` reads, by path; the kustomizations that put it together are written by hand. */
export function kustomizeFiles(version: string): ReadonlyMap<string, string> {
  const base = {
    namespace: [{ manifest: namespaceManifest }],
    'service-account': [{ manifest: serviceAccount }],
    bindings,
    deployment: [{ manifest: deployment(version) }],
    service: [{ manifest: service }],
    'pod-disruption-budget': [{ manifest: podDisruptionBudget }],
    'network-policy': [{ manifest: networkPolicy }],
  };
  const components = {
    'service-monitor/service-monitor': [{ manifest: serviceMonitor }],
    'function-accounts/accounts': functionAccounts,
    'function-tokens/tokens': functionTokens,
  };
  return new Map([...filesBelow(`${folder}/base`, base), ...filesBelow(`${folder}/components`, components)]);
}

/** The kustomization of the CRDs, in their folder. */
export function crdKustomization(files: readonly string[]): string {
  const head = ['apiVersion: kustomize.config.k8s.io/v1beta1', 'kind: Kustomization', 'resources:'];
  return [`# ${generatedHead}`, ...head, ...files.map((file) => `- ${file}`), ''].join('\n');
}

function filesBelow(path: string, files: Readonly<Record<string, readonly Document[]>>) {
  return Object.entries(files).map(
    ([name, documents]) => [`${path}/${name}.gen.yaml`, yamlFile(documents.map(withDefaults))] as const,
  );
}

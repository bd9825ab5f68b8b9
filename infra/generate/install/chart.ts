import { stringify } from 'yaml';
import { jsonSchemaFile } from '../json-file.ts';
import { type Document, generatedHead } from '../yaml-file.ts';
import { bindings, functionAccounts, functionTokens } from './bindings.ts';
import { chartSchema, valuesFile } from './chart-values.ts';
import { forwarder } from './names.ts';
import { networkPolicy, podDisruptionBudget, service, serviceMonitor } from './surroundings.ts';
import { type ChartDocument, chartTemplate } from './templates.ts';
import type { ValuePath } from './values.ts';
import { configMap, deployment, serviceAccount } from './workload.ts';

const folder = 'infra/cluster/chart';

/** The Helm chart, by path: the same objects as kustomize's, with values in place of patches. */
export function chartFiles(version: string, roles: readonly Document[]): ReadonlyMap<string, string> {
  const templates: Readonly<Record<string, readonly ChartDocument[]>> = {
    'service-account': [{ manifest: serviceAccount }],
    config: [{ manifest: configMap }],
    rbac: roles,
    bindings,
    deployment: [{ manifest: deployment(version) }],
    service: [{ manifest: service }],
    'pod-disruption-budget': where('podDisruptionBudget.enabled', [{ manifest: podDisruptionBudget }]),
    'network-policy': where('networkPolicy.enabled', [{ manifest: networkPolicy }]),
    'service-monitor': where('serviceMonitor.enabled', [{ manifest: serviceMonitor }]),
    'function-accounts': where('functions.serviceAccounts', functionAccounts),
    'function-tokens': where('functions.tokens', functionTokens),
  };
  return new Map([
    [`${folder}/Chart.yaml`, `# ${generatedHead}\n${stringify(about(version))}`],
    [`${folder}/values.yaml`, valuesFile()],
    [`${folder}/values.schema.json`, jsonSchemaFile(chartSchema())],
    ...Object.entries(templates).map(
      ([name, documents]) => [`${folder}/templates/${name}.gen.yaml`, chartTemplate(documents)] as const,
    ),
  ]);
}

function about(version: string) {
  return {
    apiVersion: 'v2',
    name: forwarder,
    description: 'Tells the functions of konnect-reconciler which Kong objects of a cluster changed.',
    type: 'application',
    version,
    appVersion: version,
    kubeVersion: '>=1.27.0-0',
  };
}

function where(path: ValuePath, documents: readonly Document[]): readonly ChartDocument[] {
  return documents.map((document) => ({ ...document, test: `.Values.${path}` }));
}

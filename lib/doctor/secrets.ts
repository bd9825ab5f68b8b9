import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { registeredClusters } from '../clusters.ts';
import { together } from '../engine/together.ts';
import { lanes } from '../kinds/define.ts';
import { secretNames } from '../secret-names.ts';
import { tools } from '../tools.ts';
import { type Finding, some } from './finding.ts';

/** What is kept for a deployment: names only. */
export interface Kept {
  /** Clusters by the function that has access to them. */
  readonly clusters: ReadonlyMap<string, readonly string[]>;
  /** `<cluster>/<namespace>/<name>` of each token. */
  readonly tokens: readonly string[];
}

export async function readKept(client: SecretsManagerClient, stack: string): Promise<Kept> {
  const functions = [...lanes, ...tools];
  const [clusters, tokens] = await together([
    together(functions.map(async (of) => [of, await registeredClusters(client, `${stack}-clusters/${of}`)] as const)),
    secretNames(client, `${stack}/`),
  ] as const);
  return { clusters: new Map(clusters), tokens };
}

/** Every function must be able to reach every cluster. Pure. */
export function checkKept({ clusters, tokens }: Kept, stack: string): readonly Finding[] {
  const all = [...new Set([...clusters.values()].flat())].sort();
  const count = tokens.length;
  return [
    ...access(clusters, all, stack),
    { check: 'tokens', state: 'fine', message: `${count} kept in Secrets Manager` },
  ];
}

function access(clusters: Kept['clusters'], all: readonly string[], stack: string): readonly Finding[] {
  const check = 'cluster access';
  if (all.length === 0) {
    const fix = commandFor(stack, 'entity', '<cluster>');
    return [
      { check, state: 'wrong', message: 'no cluster is registered for any function', fix: `for each function: ${fix}` },
    ];
  }
  return all.map((cluster) => {
    const lacking = [...clusters].filter(([, names]) => !names.includes(cluster)).map(([of]) => of);
    if (lacking.length === 0) return { check, state: 'fine', message: `every function has access to ${cluster}` };
    const fix = commandFor(stack, lacking[0] ?? '', cluster);
    return { check, state: 'wrong', message: `no access to ${cluster}: ${some(lacking, 9)}`, fix };
  });
}

function commandFor(stack: string, of: string, cluster: string): string {
  return `aws secretsmanager create-secret --name ${stack}-clusters/${of}/${cluster} --secret-string file://<kubeconfig of ${of}>`;
}

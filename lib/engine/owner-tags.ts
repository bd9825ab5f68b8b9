import { projectName } from './names.ts';
import type { Run } from './run.ts';

const labelLimit = 63;

/** Tags and labels that say for which object an entity was made. */
export const ownerLabels = { cluster: 'k8s-cluster', namespace: 'k8s-namespace', name: 'k8s-name' } as const;

/** The tags of Kong's operator and ours, as `key: value`; all name the object, none holds its content. */
export function ownerTags(run: Pick<Run, 'object' | 'kind' | 'cluster'>): Readonly<Record<string, string>> {
  const { metadata } = run.object;
  const { group, version, kind } = run.kind.resource;
  return {
    'k8s-generation': String(metadata.generation ?? 0),
    'k8s-group': group,
    'k8s-kind': kind,
    [ownerLabels.name]: metadata.name,
    'k8s-uid': metadata.uid,
    'k8s-version': version,
    ...(metadata.namespace === undefined ? {} : { [ownerLabels.namespace]: metadata.namespace }),
    [ownerLabels.cluster]: run.cluster.name,
    'managed-by': projectName,
  };
}

/**
 * A Konnect label value: at most 63 characters, alphanumeric at both ends. Cut by code points, never in the middle of one;
 * the uid (36 characters) always fits whole.
 */
export function labelValue(value: string): string {
  const cut = [...value].slice(0, labelLimit).join('');
  return cut.replace(/[^A-Za-z0-9._-]/gu, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '') || 'x';
}

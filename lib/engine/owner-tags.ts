import { projectName } from './names.ts';
import type { Run } from './run.ts';

const labelLimit = 63;

/** Tags and labels that say for which object an entity was made. */
export const ownerLabels = {
  generation: 'k8s-generation',
  group: 'k8s-group',
  kind: 'k8s-kind',
  name: 'k8s-name',
  uid: 'k8s-uid',
  version: 'k8s-version',
  namespace: 'k8s-namespace',
  cluster: 'k8s-cluster',
  manager: 'managed-by',
} as const;

/** True of a tag that says so of any object. From a user it could name another owner: Konnect gives tags in any order. */
export function isOwnerTag(tag: string): boolean {
  return Object.values(ownerLabels).some((name) => tag.startsWith(`${name}:`));
}

/** The tags of Kong's operator and ours, as `key: value`; all name the object, none holds its content. */
export function ownerTags(run: Pick<Run, 'object' | 'kind' | 'cluster'>): Readonly<Record<string, string>> {
  const { metadata } = run.object;
  const { group, version, kind } = run.kind.resource;
  return {
    [ownerLabels.generation]: String(metadata.generation ?? 0),
    [ownerLabels.group]: group,
    [ownerLabels.kind]: kind,
    [ownerLabels.name]: metadata.name,
    [ownerLabels.uid]: metadata.uid,
    [ownerLabels.version]: version,
    ...(metadata.namespace === undefined ? {} : { [ownerLabels.namespace]: metadata.namespace }),
    [ownerLabels.cluster]: run.cluster.name,
    [ownerLabels.manager]: projectName,
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

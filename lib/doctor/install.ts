import type { Resource } from '../engine/objects.ts';

/* Where in the project what is installed into a cluster is kept. */

export const rolesFile = 'infra/cluster/base/rbac.gen.yaml';
export const definitionsFolder = 'infra/cluster/crds';

export function definitionFile({ group, plural }: Resource): string {
  return `${definitionsFolder}/${group}_${plural}.gen.yaml`;
}

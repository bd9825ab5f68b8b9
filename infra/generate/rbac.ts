import type { Kind } from '../../lib/kinds/define.ts';
import { type Grant, rightsOf } from '../../lib/rights.ts';
import type { Document, Manifest } from './yaml-file.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** One ClusterRole for the forwarder, one for each lane that has kinds and one for each tool: what is needed and no more. */
export function rolesOf(kinds: readonly Kind[]): readonly Document[] {
  return rightsOf(kinds).map(({ component, comment, grants }) => ({
    comment,
    manifest: clusterRole(component, grants),
  }));
}

function clusterRole(name: string, grants: readonly Grant[]): Manifest {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {
      name: `konnect-reconciler-${name}`,
      labels: { 'app.kubernetes.io/name': 'konnect-reconciler', 'app.kubernetes.io/component': name },
    },
    rules: rulesOf(grants),
  };
}

/** One rule for all resources of a group that have the same verbs; sorted, so that the order of kinds does not matter. */
function rulesOf(grants: readonly Grant[]): readonly Rule[] {
  const rules = Map.groupBy(grants, ({ group, verbs }) => `${group} ${verbs.join()}`);
  return [...rules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, same]) => {
      const [first] = same;
      if (first === undefined) return [];
      const resources = same.map(({ resource }) => resource).sort();
      return [{ apiGroups: [first.group], resources, verbs: first.verbs }];
    });
}

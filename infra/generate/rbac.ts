import type { Resource } from '../../lib/engine/objects.ts';
import { type Kind, type Lane, lanes } from '../../lib/kinds/define.ts';
import { type Tool, tools } from '../../lib/tools.ts';
import type { Document, Manifest } from './yaml-file.ts';

interface Grant {
  readonly group: string;
  /** Plural, with `/status` and the like where a subresource is meant. */
  readonly resource: string;
  readonly verbs: readonly string[];
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** One ClusterRole for the forwarder, one for each lane that has kinds and one for each tool: what is needed and no more. */
export function rolesOf(kinds: readonly Kind[]): readonly Document[] {
  const lanesInUse = lanes.filter((lane) => kinds.some((kind) => kind.lane === lane));
  return [
    {
      comment:
        'The forwarder watches. RBAC knows no right to metadata alone: of Secrets and ConfigMaps it asks for nothing else.',
      manifest: clusterRole('forwarder', kinds.flatMap(forwarderGrants)),
    },
    ...lanesInUse.map((lane) => ({
      comment: `The function of the lane ${lane} reads and reports on its kinds, and reads what they refer to.`,
      manifest: clusterRole(lane, laneGrants(lane, kinds)),
    })),
    ...tools.map((tool) => ({
      comment: toolRights[tool].comment,
      manifest: clusterRole(tool, kinds.flatMap(toolRights[tool].grants)),
    })),
  ];
}

const toolRights: Readonly<
  Record<Tool, { readonly comment: string; readonly grants: (kind: Kind) => readonly Grant[] }>
> = {
  'drift-check': {
    comment: 'drift-check reads our kinds and what their entities are made of, and says in their status what it found.',
    grants: driftGrants,
  },
  replay: {
    comment: 'replay looks up objects of our kinds.',
    grants: ({ resource }) => [grant(resource, ['list'])],
  },
};

function driftGrants({ resource, access = [], users = [] }: Kind): readonly Grant[] {
  return [
    grant(resource, ['get', 'list']),
    { ...grant(resource, ['patch']), resource: `${resource.plural}/status` },
    { group: '', resource: 'namespaces', verbs: ['get'] },
    ...access.filter(({ verbs }) => verbs.includes('get')).map((one) => grant(one.resource, ['get'])),
    ...users.map((one) => grant(one.resource, ['list'])),
  ];
}

function forwarderGrants(kind: Kind): readonly Grant[] {
  const followed = [...(kind.wakes ?? []), ...(kind.users ?? [])];
  return [
    grant(kind.resource, ['list', 'watch']),
    ...followed.map(({ resource }) => grant(resource, ['list', 'watch'])),
  ];
}

function laneGrants(lane: Lane, kinds: readonly Kind[]): readonly Grant[] {
  return kinds
    .filter((kind) => kind.lane === lane)
    .flatMap((kind) => [
      ...ownGrants(kind),
      // What a ref reaches through another ref is of the same kind as its own targets.
      ...kinds.filter((other) => refersTo(kind, other)).map(({ resource }) => grant(resource, ['get'])),
      ...(kind.heldWhileReferenced ? kinds.filter((other) => refersTo(other, kind)) : []).map(({ resource }) =>
        grant(resource, ['list']),
      ),
      ...(kind.users ?? []).map(({ resource }) => grant(resource, ['list'])),
      ...(kind.access ?? []).map(({ resource, verbs }) => grant(resource, verbs)),
    ]);
}

function ownGrants(kind: Kind): readonly Grant[] {
  const { resource } = kind;
  const makesObjects = (kind.access ?? []).some(({ verbs }) => verbs.includes('create'));
  return [
    grant(resource, ['get', 'patch']),
    { ...grant(resource, ['patch']), resource: `${resource.plural}/status` },
    // Clusters that enforce owner references let only who may update the owner's finalizers make an object that blocks
    // the deletion of its owner.
    ...(makesObjects ? [{ ...grant(resource, ['update']), resource: `${resource.plural}/finalizers` }] : []),
  ];
}

function refersTo(from: Kind, to: Kind): boolean {
  return from.refs.some((ref) => ref.kind === to.resource.kind);
}

function grant(resource: Resource, verbs: readonly string[]): Grant {
  return { group: resource.group, resource: resource.plural, verbs };
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
  const verbsByResource = Map.groupBy(grants, ({ group, resource }) => `${group}/${resource}`);
  const merged = [...verbsByResource.values()].flatMap((same) => {
    const [first] = same;
    const verbs = [...new Set(same.flatMap(({ verbs }) => verbs))].sort();
    return first === undefined ? [] : [{ ...first, verbs }];
  });
  const rules = Map.groupBy(merged, ({ group, verbs }) => `${group} ${verbs.join()}`);
  return [...rules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, same]) => {
      const [first] = same;
      if (first === undefined) return [];
      const resources = same.map(({ resource }) => resource).sort();
      return [{ apiGroups: [first.group], resources, verbs: first.verbs }];
    });
}

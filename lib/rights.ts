import type { Resource } from './engine/objects.ts';
import { type Kind, type Lane, lanes } from './kinds/define.ts';
import { type Tool, tools } from './tools.ts';

/** Verbs on one resource in a cluster. */
export interface Grant {
  readonly group: string;
  /** Plural, with `/status` and the like where a subresource is meant. */
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** Who needs rights in a cluster. */
export type Component = 'forwarder' | Lane | Tool;

/** What one component needs, and no more. */
export interface Rights {
  readonly component: Component;
  readonly comment: string;
  readonly grants: readonly Grant[];
}

/** The rights that follow from the kinds: of the forwarder, of each lane that has kinds, and of each tool. */
export function rightsOf(kinds: readonly Kind[]): readonly Rights[] {
  const lanesInUse = lanes.filter((lane) => kinds.some((kind) => kind.lane === lane));
  return [
    {
      component: 'forwarder',
      comment:
        'The forwarder watches. RBAC knows no right to metadata alone: of Secrets and ConfigMaps it asks for nothing else.',
      grants: merged(kinds.flatMap(forwarderGrants)),
    },
    ...lanesInUse.map((lane) => ({
      component: lane,
      comment: `The function of the lane ${lane} reads and reports on its kinds, and reads what they refer to.`,
      grants: merged(laneGrants(lane, kinds)),
    })),
    ...tools.map((tool) => ({
      component: tool,
      comment: toolRights[tool].comment,
      grants: merged(kinds.flatMap(toolRights[tool].grants)),
    })),
  ];
}

/** One grant for each resource, with all verbs on it. */
function merged(grants: readonly Grant[]): readonly Grant[] {
  return [...Map.groupBy(grants, ({ group, resource }) => `${group}/${resource}`).values()].flatMap((same) => {
    const [first] = same;
    const verbs = [...new Set(same.flatMap(({ verbs: some }) => some))].sort();
    return first === undefined ? [] : [{ ...first, verbs }];
  });
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

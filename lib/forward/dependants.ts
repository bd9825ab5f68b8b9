import type { KubernetesObject } from '../engine/objects.ts';
import type { Kind, Wake } from '../kinds/define.ts';
import { isOf, type Node, nodeOf, within } from './node.ts';

/**
 * Who refers to whom, by refs (also those that go through another ref) and by `wakes`. Names what is not there as well:
 * a reference to a missing object is what its creation must wake.
 */
export interface Dependants {
  /** Records what the object refers to now; returns what it referred to before and no longer does. */
  update(node: Node, kind: Kind, object: KubernetesObject): readonly Node[];
  /** Forgets the object's references; returns them. References to the object stay: they belong to the referrers. */
  remove(node: Node): readonly Node[];
  /** The objects that must learn of a change of this one. */
  referrersOf(node: Node): ReadonlySet<Node>;
  isReferred(node: Node): boolean;
  /** Everything that anybody refers to, there or not. */
  referred(): Iterable<Node>;
  /** What objects are woken by of a resource outside our kinds, there or not; of the kinds that look under this label. */
  wanted(wake: Pick<Wake, 'resource' | 'labelSelector'>): readonly Node[];
  /** What an object refers to outside our kinds. */
  wakesOf(node: Node): readonly Node[];
  /** The objects that must learn of a change of this one, although they do not refer to it. */
  informedBy(node: Node): readonly Node[];
  /** The objects of our kinds that own this one: they made it, and must learn of what others do to it. */
  makersOf(node: Node): readonly Node[];
  /** Everything that anybody informs. */
  informed(): ReadonlySet<Node>;
}

interface Referrer {
  readonly kind: Kind;
  /** By name of the ref; wakes under a name that no ref has. */
  readonly targets: ReadonlyMap<string, readonly Node[]>;
  readonly informs: readonly Node[];
  readonly makers: readonly Node[];
}

const wakes = '(wakes)';

/** Makes an empty index over the kinds. */
export function createDependants(kinds: readonly Kind[]): Dependants {
  const byName = new Map(kinds.map((kind) => [kind.resource.kind, kind]));
  const referrers = new Map<Node, Referrer>();
  const referredBy = new Map<Node, Set<Node>>();

  function link(target: Node, referrer: Node): void {
    const present = referredBy.get(target);
    if (present === undefined) referredBy.set(target, new Set([referrer]));
    else present.add(referrer);
  }

  function unlink(target: Node, referrer: Node): void {
    const present = referredBy.get(target);
    present?.delete(referrer);
    if (present?.size === 0) referredBy.delete(target);
  }

  // The names of the refs by which one object refers to another.
  function refNames(referrer: Node, target: Node): readonly string[] {
    const targets = referrers.get(referrer)?.targets ?? new Map<string, readonly Node[]>();
    return [...targets].filter(([, nodes]) => nodes.includes(target)).map(([name]) => name);
  }

  // Whoever takes its ref of this name, or its wakes, through `via`: what `via` refers to is what they refer to.
  function inherit(via: Node, refName: string, found: Set<Node>): void {
    for (const referrer of referredBy.get(via) ?? []) {
      const names = refNames(referrer, via);
      const kind = referrers.get(referrer)?.kind;
      const alike = refName === wakes ? kind?.wakes : kind?.refs.filter(({ name }) => name === refName);
      const takes = alike?.some(({ through }) => through !== undefined && names.includes(through)) ?? false;
      if (!takes || found.has(referrer)) continue;
      found.add(referrer);
      inherit(referrer, refName, found);
    }
  }

  function targetsUnder(node: Node, name: string): readonly Node[] {
    return referrers.get(node)?.targets.get(name) ?? [];
  }

  function wakesOf(node: Node): readonly Node[] {
    const through = referrers.get(node)?.kind.wakes?.flatMap((wake) => wake.through ?? []) ?? [];
    const others = [...new Set(through)].flatMap((ref) => targetsUnder(node, ref));
    return [node, ...others].flatMap((one) => targetsUnder(one, wakes));
  }

  return {
    update(node, kind, object) {
      const before = allTargets(referrers.get(node));
      const referrer = {
        kind,
        targets: targetsOf(kind, object, byName),
        informs: informsOf(kind, object, byName),
        makers: makersOf(object, byName),
      };
      const now = allTargets(referrer);
      referrers.set(node, referrer);
      for (const target of now) link(target, node);
      const lost = [...before].filter((target) => !now.has(target));
      for (const target of lost) unlink(target, node);
      return lost;
    },
    remove(node) {
      const targets = [...allTargets(referrers.get(node))];
      referrers.delete(node);
      for (const target of targets) unlink(target, node);
      return targets;
    },
    referrersOf(node) {
      const found = new Set<Node>();
      for (const referrer of referredBy.get(node) ?? []) {
        const inherited = new Set<Node>();
        for (const name of refNames(referrer, node)) inherit(referrer, name, inherited);
        for (const each of [referrer, ...inherited]) found.add(each);
      }
      return found;
    },
    isReferred: (node) => referredBy.has(node),
    referred: () => referredBy.keys(),
    wanted({ resource, labelSelector }) {
      const looks = (kind?: Kind) => kind?.wakes?.some((wake) => wake.labelSelector === labelSelector) ?? false;
      return [...referredBy].flatMap(([node, by]) => {
        if (!isOf(resource, node)) return [];
        const isWanted = labelSelector === undefined || [...by].some((one) => looks(referrers.get(one)?.kind));
        return isWanted ? [node] : [];
      });
    },
    wakesOf,
    informedBy: (node) => referrers.get(node)?.informs ?? [],
    makersOf: (node) => referrers.get(node)?.makers ?? [],
    informed: () => new Set([...referrers.values()].flatMap(({ informs }) => informs)),
  };
}

function targetsOf(
  kind: Kind,
  object: KubernetesObject,
  byName: ReadonlyMap<string, Kind>,
): ReadonlyMap<string, readonly Node[]> {
  const targets = new Map<string, readonly Node[]>();
  for (const ref of kind.refs) {
    const resource = byName.get(ref.kind)?.resource;
    if (resource === undefined) continue;
    const nodes = ref.targets(object).map((key) => nodeOf(resource, within(object, key)));
    if (nodes.length > 0) targets.set(ref.name, nodes);
  }
  const woken = (kind.wakes ?? []).flatMap(({ resource, targets: keys }) =>
    keys(object).map((key) => nodeOf(resource, within(object, key))),
  );
  if (woken.length > 0) targets.set(wakes, woken);
  return targets;
}

function informsOf(
  { informs = [] }: Kind,
  object: KubernetesObject,
  byName: ReadonlyMap<string, Kind>,
): readonly Node[] {
  return informs.flatMap(({ kind, targets }) => {
    const resource = byName.get(kind)?.resource;
    return resource === undefined ? [] : targets(object).map((key) => nodeOf(resource, within(object, key)));
  });
}

function makersOf(object: KubernetesObject, byName: ReadonlyMap<string, Kind>): readonly Node[] {
  return (object.metadata.ownerReferences ?? []).flatMap(({ apiVersion, kind, name }) => {
    const resource = byName.get(kind)?.resource;
    const isOurs = resource !== undefined && apiVersion.startsWith(`${resource.group}/`);
    return isOurs ? [nodeOf(resource, within(object, { name }))] : [];
  });
}

function allTargets(referrer: Referrer | undefined): ReadonlySet<Node> {
  return new Set([...(referrer?.targets.values() ?? [])].flat());
}

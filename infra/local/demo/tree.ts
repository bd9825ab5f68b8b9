import { type KubernetesObject, keyOf, type ObjectKey } from '../../../lib/engine/objects.ts';
import type { Kind } from '../../../lib/kinds/define.ts';

/** An object with its kind, which says what it refers to. */
export interface Known {
  readonly kind: Kind;
  readonly object: KubernetesObject;
}

export interface Branch extends Known {
  readonly children: readonly Branch[];
}

/**
 * Each object once, under what it belongs to: of all that it refers to or was made for, what lies deepest. What refers to
 * nothing among them is a root. Roots and children keep the order in which the objects were given.
 */
export function treeOf(all: readonly Known[]): readonly Branch[] {
  const depths = depthsOf(all);
  const depthOf = (one: Known): number => depths.get(one) ?? 0;
  const parents = new Map(
    all.map((one) => {
      // Nearer to the root than the object itself: where references go round in a circle, one of them is no parent.
      const candidates = referredTo(one, all).filter((other) => depthOf(other) < depthOf(one));
      return [one, candidates.sort((a, b) => depthOf(b) - depthOf(a))[0]];
    }),
  );
  const under = (parent: Known | undefined): readonly Branch[] =>
    all.filter((one) => parents.get(one) === parent).map((one) => ({ ...one, children: under(one) }));
  return under(undefined);
}

/** A line of a drawn tree. */
export interface Row {
  readonly label: string;
  readonly one: Known;
}

/** The tree from top to bottom, with the lines that lead from each object to what is under it. */
export function rowsOf(branches: readonly Branch[]): readonly Row[] {
  return branches.flatMap((root) => rowsUnder(root, '', ''));
}

/** How people name the object, such as `Kind name`. */
export function titleOf({ kind, object }: Known): string {
  return `${kind.resource.kind} ${object.metadata.name}`;
}

function rowsUnder(branch: Branch, lead: string, below: string): readonly Row[] {
  const last = branch.children.length - 1;
  const children = branch.children.flatMap((child, index) =>
    rowsUnder(child, `${below}${index === last ? '└─ ' : '├─ '}`, `${below}${index === last ? '   ' : '│  '}`),
  );
  return [{ label: `${lead}${titleOf(branch)}`, one: branch }, ...children];
}

/** The objects that an object names in its references, and those that it was made for. */
export function referredTo(one: Known, all: readonly Known[]): readonly Known[] {
  const owners = one.object.metadata.ownerReferences ?? [];
  const made = all.filter(({ object }) => owners.some(({ uid }) => uid === object.metadata.uid));
  return [...new Set([...Object.values(referencesOf(one, all)).flat(), ...made])];
}

/**
 * The objects that an object names, by the name of the reference. Without the deferred ones, which say with whom it goes
 * together and not where it belongs.
 */
export function referencesOf(
  { kind, object }: Known,
  all: readonly Known[],
): Readonly<Record<string, readonly Known[]>> {
  const { namespace } = object.metadata;
  const found: Record<string, readonly Known[]> = {};
  for (const ref of kind.refs.filter(({ deferred }) => deferred !== true)) {
    const keys = ref.targets(object).map((key) => ({ ...(namespace === undefined ? {} : { namespace }), ...key }));
    const named = all.filter((other) => other.kind.resource.kind === ref.kind && keys.some((key) => names(key, other)));
    found[ref.name] = [...(found[ref.name] ?? []), ...named];
  }
  return found;
}

function names({ namespace, name }: ObjectKey, { kind, object }: Known): boolean {
  const key = keyOf(object);
  return key.name === name && (!kind.resource.namespaced || key.namespace === namespace);
}

/** How many steps away a root is, the longest way. */
function depthsOf(all: readonly Known[]): ReadonlyMap<Known, number> {
  const depths = new Map<Known, number>();
  const depthOf = (one: Known): number => {
    const known = depths.get(one);
    if (known !== undefined) return known;
    depths.set(one, 0); // what is asked again meanwhile is in a circle
    const depth = Math.max(0, ...referredTo(one, all).map((other) => depthOf(other) + 1));
    depths.set(one, depth);
    return depth;
  };
  for (const one of all) depthOf(one);
  return depths;
}

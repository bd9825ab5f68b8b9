import { keyOf, type ObjectKey, type Resource } from '../engine/objects.ts';
import type { Known } from '../kinds/known.ts';

export interface Branch extends Known {
  readonly children: readonly Branch[];
}

/**
 * Each object once, under what it belongs to: of all that it refers to or was made for, what lies deepest. What refers to
 * nothing among them is a root. Roots and children keep the order in which the objects were given.
 */
export function treeOf(all: readonly Known[]): readonly Branch[] {
  const index = indexOf(all);
  const referred = new Map(all.map((one) => [one, referredTo(one, index)]));
  const depths = depthsOf(referred);
  const depthOf = (one: Known): number => depths.get(one) ?? 0;
  const children = Map.groupBy(all, (one) => {
    // Nearer to the root than the object itself: where references go round in a circle, one of them is no parent.
    const candidates = (referred.get(one) ?? []).filter((other) => depthOf(other) < depthOf(one));
    return candidates.sort((a, b) => depthOf(b) - depthOf(a))[0];
  });
  const under = (parent: Known | undefined): readonly Branch[] =>
    (children.get(parent) ?? []).map((one) => ({ ...one, children: under(one) }));
  return under(undefined);
}

/** A line of a drawn tree. */
export interface Row {
  readonly label: string;
  readonly one: Known;
}

/** The tree from top to bottom, with the lines that lead from each object to what is under it. */
export function rowsOf(branches: readonly Branch[], title: (one: Known) => string = titleOf): readonly Row[] {
  return branches.flatMap((root) => rowsUnder(root, title, '', ''));
}

/** How people name the object, such as `Kind name`. */
export function titleOf({ kind, object }: Known): string {
  return `${kind.resource.kind} ${object.metadata.name}`;
}

function rowsUnder(branch: Branch, title: (one: Known) => string, lead: string, below: string): readonly Row[] {
  const last = branch.children.length - 1;
  const children = branch.children.flatMap((child, index) =>
    rowsUnder(child, title, `${below}${index === last ? '└─ ' : '├─ '}`, `${below}${index === last ? '   ' : '│  '}`),
  );
  return [{ label: `${lead}${title(branch)}`, one: branch }, ...children];
}

/** The objects that an object names in its references, and those that it was made for. */
function referredTo(one: Known, index: Index): readonly Known[] {
  const owners = one.object.metadata.ownerReferences ?? [];
  const made = owners.flatMap(({ uid }) => index.byUid.get(uid) ?? []);
  return [...new Set([...Object.values(referencesIn(one, index)).flat(), ...made])];
}

/**
 * The objects that an object names, by the name of the reference. Without the deferred ones, which say with whom it goes
 * together and not where it belongs.
 */
export function referencesOf(one: Known, all: readonly Known[]): Readonly<Record<string, readonly Known[]>> {
  return referencesIn(one, indexOf(all));
}

/** Objects by what others name them by. */
interface Index {
  readonly byName: ReadonlyMap<string, readonly Known[]>;
  readonly byUid: ReadonlyMap<string, readonly Known[]>;
}

function indexOf(all: readonly Known[]): Index {
  return {
    byName: Map.groupBy(all, ({ kind, object }) => nameIn(kind.resource, keyOf(object))),
    byUid: Map.groupBy(all, ({ object }) => object.metadata.uid),
  };
}

function nameIn({ kind, namespaced }: Pick<Resource, 'kind' | 'namespaced'>, { namespace, name }: ObjectKey): string {
  return [kind, ...(namespaced ? [namespace] : []), name].join('/');
}

function referencesIn({ kind, object }: Known, { byName }: Index): Readonly<Record<string, readonly Known[]>> {
  const { namespace } = object.metadata;
  const found: Record<string, readonly Known[]> = {};
  for (const ref of kind.refs.filter(({ deferred }) => deferred !== true)) {
    const keys = ref.targets(object).map((key) => ({ ...(namespace === undefined ? {} : { namespace }), ...key }));
    // Whether the other kind has namespaces is not known here; no name has a slash, so the two never mean each other.
    const names = keys.flatMap((key) => [true, false].map((namespaced) => nameIn({ kind: ref.kind, namespaced }, key)));
    const named = [...new Set(names)].flatMap((name) => byName.get(name) ?? []);
    found[ref.name] = [...(found[ref.name] ?? []), ...named];
  }
  return found;
}

/** How many steps away a root is, the longest way. */
function depthsOf(referred: ReadonlyMap<Known, readonly Known[]>): ReadonlyMap<Known, number> {
  const depths = new Map<Known, number>();
  const depthOf = (one: Known): number => {
    const known = depths.get(one);
    if (known !== undefined) return known;
    depths.set(one, 0); // what is asked again meanwhile is in a circle
    const depth = Math.max(0, ...(referred.get(one) ?? []).map((other) => depthOf(other) + 1));
    depths.set(one, depth);
    return depth;
  };
  for (const one of referred.keys()) depthOf(one);
  return depths;
}

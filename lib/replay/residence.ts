import { display, type KubernetesObject, keyOf } from '../engine/objects.ts';
import { within } from '../engine/refs.ts';
import type { Kind } from '../kinds/define.ts';

/** Tells in which control plane objects of one cluster live. */
export interface Residence {
  /** `<namespace>/<name>` of the control plane's object, its own for such an object; undefined where there is none. */
  of(kind: Kind, object: KubernetesObject): Promise<string | undefined>;
}

/** The ref that leads to a control plane. */
const refName = 'controlPlane';

/**
 * An object lives in the control plane that it names, or else in that of what it refers to. What others refer to is
 * listed when it is asked for, each kind once; what `list` throws is passed on.
 */
export function createResidence(
  kinds: readonly Kind[],
  list: (kind: Kind) => Promise<readonly KubernetesObject[]>,
): Residence {
  const tables = new Map<Kind, Promise<ReadonlyMap<string, string>>>();
  const parentsOf = (kind: Kind) =>
    kind.refs.flatMap((ref) => {
      const parent = kinds.find(({ resource }) => resource.kind === ref.kind);
      return parent === undefined || ref.deferred || !leads(parent, kinds) ? [] : [{ ref, parent }];
    });

  async function of(kind: Kind, object: KubernetesObject): Promise<string | undefined> {
    if (isControlPlane(kind, kinds)) return display(keyOf(object));
    const [own] = kind.refs.filter(({ name }) => name === refName).flatMap((ref) => ref.targets(object));
    if (own !== undefined) return display(within(object, own));
    for (const { ref, parent } of parentsOf(kind)) {
      if (isControlPlane(parent, kinds)) continue;
      for (const target of ref.targets(object)) {
        const found = (await tableOf(parent)).get(display(within(object, target)));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  function tableOf(kind: Kind): Promise<ReadonlyMap<string, string>> {
    const table = tables.get(kind) ?? read(kind);
    tables.set(kind, table);
    return table;
  }

  async function read(kind: Kind): Promise<ReadonlyMap<string, string>> {
    const table = new Map<string, string>();
    for (const object of await list(kind)) {
      const found = await of(kind, object);
      if (found !== undefined) table.set(display(keyOf(object)), found);
    }
    return table;
  }

  return { of };
}

function isControlPlane({ resource }: Kind, kinds: readonly Kind[]): boolean {
  return kinds.some(({ refs }) => refs.some(({ name, kind }) => name === refName && kind === resource.kind));
}

/** True where objects of the kind live in control planes, so that what refers to them may as well. */
function leads(kind: Kind, kinds: readonly Kind[], seen: ReadonlySet<Kind> = new Set()): boolean {
  if (isControlPlane(kind, kinds) || kind.refs.some(({ name }) => name === refName)) return true;
  const parents = kinds.filter((one) => kind.refs.some((ref) => ref.kind === one.resource.kind && !ref.deferred));
  return parents.some((one) => !seen.has(one) && leads(one, kinds, new Set([...seen, kind])));
}

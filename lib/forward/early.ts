import { konnectBlock } from '../engine/ids.ts';
import type { KubernetesObject } from '../engine/objects.ts';
import { placeOf } from '../engine/place.ts';
import type { Kind } from '../kinds/define.ts';
import type { Dependants } from './dependants.ts';
import { isOf, keyIn, type Node } from './node.ts';

/** Keeps what happens before every kind is in view, for those whom it concerns and who come into view after it. */
export interface Early {
  /** The object changed, and woke those of its referrers that were in view. */
  woke(node: Node, origin: string, referrers: ReadonlySet<Node>): void;
  seen(node: Node, object: KubernetesObject): void;
  /** By itself the object is done, so it is told to nobody. */
  rests(node: Node): void;
  /** Of these, what is gone and what nobody refers to: some kind may never come into view, and this must not grow. */
  forget(nodes: Iterable<Node>): void;
  /** Referrers that came into view only after what they refer to had changed, by the change. */
  late(): Iterable<{ readonly origin: string; readonly referrers: readonly Node[] }>;
  /** Objects at rest that refer to what is not there, or live in another control plane than what they refer to. */
  stranded(): Iterable<Node>;
}

export interface EarlyOptions {
  readonly kinds: readonly Kind[];
  /** Those in view; all where absent. */
  readonly namespaces?: readonly string[] | undefined;
  readonly dependants: Dependants;
  /** True for an object of our kinds that is in view. */
  readonly has: (node: Node) => boolean;
}

interface Lives {
  /** The control plane that it lives in, or is. */
  readonly place: string | undefined;
  /** The one that its status names as its parent. */
  readonly parent: unknown;
}

/** Makes a memory of nothing yet, which is of use until every kind is in view. */
export function createEarly({ kinds, namespaces, dependants, has }: EarlyOptions): Early {
  const changes = new Map<Node, { readonly origin: string; readonly woken: Set<Node> }>();
  const lives = new Map<Node, Lives>();
  const resting = new Set<Node>();

  // What nobody watches counts as there.
  function isAbsent(node: Node): boolean {
    const { namespace = '' } = keyIn(node);
    const isWatched = namespaces === undefined || namespace === '' || namespaces.includes(namespace);
    return isWatched && !has(node) && kinds.some(({ resource }) => isOf(resource, node));
  }

  function isElsewhere(referrer: Node, target: Node): boolean {
    const place = lives.get(target)?.place;
    const parent = lives.get(referrer)?.parent;
    return place !== undefined && parent !== undefined && parent !== place;
  }

  return {
    woke(node, origin, referrers) {
      if (!has(node) && !dependants.isReferred(node)) return;
      const woken = changes.get(node)?.woken ?? new Set();
      for (const referrer of woken) if (!has(referrer)) woken.delete(referrer);
      for (const referrer of referrers) woken.add(referrer);
      changes.set(node, { origin, woken });
    },
    seen(node, object) {
      lives.set(node, { place: placeOf(object)?.controlPlaneID, parent: konnectBlock(object)['controlPlaneID'] });
    },
    rests(node) {
      resting.add(node);
    },
    forget(nodes) {
      for (const node of nodes) {
        if (has(node)) continue;
        lives.delete(node);
        resting.delete(node);
        if (!dependants.isReferred(node)) changes.delete(node);
      }
    },
    late: () =>
      [...changes].map(([node, { origin, woken }]) => ({
        origin,
        referrers: [...dependants.referrersOf(node)].filter((referrer) => !woken.has(referrer)),
      })),
    stranded() {
      const found = new Set<Node>();
      for (const target of dependants.referred()) {
        const absent = isAbsent(target);
        for (const referrer of dependants.referrersOf(target)) {
          if (resting.has(referrer) && (absent || isElsewhere(referrer, target))) found.add(referrer);
        }
      }
      return found;
    },
  };
}

import type { Kind } from '../kinds/define.ts';

/** The kinds, each after all that it refers to: what is looked at first is what the others wait for. */
export function reconcileOrder(kinds: readonly Kind[]): readonly Kind[] {
  const ordered = new Set<Kind>();
  const begun = new Set<Kind>();
  const visit = (kind: Kind): void => {
    // Kinds may refer to themselves, and could to each other in a circle.
    if (begun.has(kind)) return;
    begun.add(kind);
    for (const ref of kind.refs) {
      for (const target of kinds) if (target.resource.kind === ref.kind) visit(target);
    }
    ordered.add(kind);
  };
  kinds.forEach(visit);
  return [...ordered];
}

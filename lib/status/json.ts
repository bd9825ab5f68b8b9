import { conditionsOf } from '../engine/objects.ts';
import type { Known } from '../kinds/known.ts';
import { needsSomebody, type Standing, stateOf } from './state.ts';
import { type Branch, treeOf } from './tree.ts';

/** One object for programs, with what belongs to it. */
export interface StatusNode {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly standing: Standing;
  /** The type of the condition that says whether it is ready. */
  readonly mainCondition: string;
  readonly conditions: readonly unknown[];
  readonly konnect?: { readonly id: string; readonly controlPlaneID: string };
  readonly children: readonly StatusNode[];
}

export interface StatusDocument {
  readonly total: number;
  readonly notReady: number;
  readonly objects: readonly StatusNode[];
}

/** The objects as a tree for programs. */
export function statusDocument(all: readonly Known[]): StatusDocument {
  return {
    total: all.length,
    notReady: all.filter((one) => needsSomebody(stateOf(one))).length,
    objects: treeOf(all).map(nodeOf),
  };
}

function nodeOf(branch: Branch): StatusNode {
  const { kind, object, children } = branch;
  const { namespace, name } = object.metadata;
  const { standing, place } = stateOf(branch);
  return {
    kind: kind.resource.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    standing,
    mainCondition: kind.mainCondition,
    conditions: conditionsOf(object),
    ...(place === undefined ? {} : { konnect: { id: place.id, controlPlaneID: place.controlPlaneID } }),
    children: children.map(nodeOf),
  };
}

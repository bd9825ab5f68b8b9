import { findCondition, type KubernetesObject } from '../engine/objects.ts';
import type { Kind } from './define.ts';

/** An object with its kind, which says what it refers to. */
export interface Known {
  readonly kind: Kind;
  readonly object: KubernetesObject;
}

/** Not done, and nobody has to look for all that: so far there is nothing to do with it. */
export function isAtRest({ kind, object }: Known): boolean {
  const { status, reason = '', observedGeneration } = findCondition(object, kind.mainCondition) ?? {};
  const isOfNow = observedGeneration === object.metadata.generation;
  return status === 'False' && isOfNow && (kind.restReasons?.includes(reason) ?? false);
}

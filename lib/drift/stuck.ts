import { isLeaving } from '../engine/former.ts';
import { findCondition, type KubernetesObject } from '../engine/objects.ts';
import { isHeld } from '../engine/ownership.ts';
import type { Kind } from '../kinds/define.ts';
import { isAtRest } from '../kinds/known.ts';

/** Seconds that an event has, from the change of an object to its function, before a drift check takes it for lost. */
export const graceSeconds = 120;
/** Seconds after which an object that is not programmed counts as stuck. */
export const stuckSeconds = 600;

/**
 * Why an object is stuck: nobody has looked at it since it changed, or it has not been programmed for long. Undefined
 * where it is programmed, or may still be on its way.
 */
export function stuckBecause(kind: Kind, object: KubernetesObject, now: Date): string | undefined {
  const { metadata } = object;
  if (metadata.deletionTimestamp !== undefined) {
    if (!isHeld(object) || secondsSince(metadata.deletionTimestamp, now) < graceSeconds) return undefined;
    return `it is being deleted since ${metadata.deletionTimestamp}`;
  }
  const condition = findCondition(object, kind.mainCondition);
  const seen = condition?.observedGeneration ?? 0;
  if (condition === undefined || seen < (metadata.generation ?? 0)) {
    if (secondsSince(changedAt(object), now) < graceSeconds) return undefined;
    const what = condition === undefined ? 'nobody has looked at it yet' : `generation ${seen} was looked at last`;
    return `${what}, and it has generation ${metadata.generation}`;
  }
  if (condition.status === 'True' && isLeaving(object)) return 'it is in its former control plane as well';
  if (condition.status === 'True' || isAtRest({ kind, object })) return undefined;
  if (secondsSince(condition.lastTransitionTime, now) < stuckSeconds) return undefined;
  return `${condition.type}=${condition.status} since ${condition.lastTransitionTime} (${condition.reason}): ${condition.message}`;
}

/** When somebody last wrote anything but the status, as far as the API server remembers. */
function changedAt({ metadata }: KubernetesObject): string {
  const edits = (metadata.managedFields ?? []).filter(({ subresource }) => subresource === undefined);
  const times = [metadata.creationTimestamp ?? '', ...edits.map(({ time = '' }) => time)];
  return times.sort().at(-1) ?? '';
}

function secondsSince(time: string, now: Date): number {
  const then = Date.parse(time);
  return Number.isNaN(then) ? Number.POSITIVE_INFINITY : (now.getTime() - then) / 1000;
}

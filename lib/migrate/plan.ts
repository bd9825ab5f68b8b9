import { findCondition, type KubernetesObject, keyOf, type ObjectKey, type Resource } from '../engine/objects.ts';
import type { Known } from '../kinds/known.ts';
import { type Direction, leaving } from './finalizers.ts';

/** One object, and the finalizers that are to be taken off it. */
export interface Step {
  readonly resource: Resource;
  readonly key: ObjectKey;
  readonly finalizers: readonly string[];
}

export interface MigrationPlan {
  readonly direction: Direction;
  /** In the order in which others refer to them. */
  readonly steps: readonly Step[];
  /** Why nothing may be done yet, in sentences. */
  readonly blocked: readonly string[];
  /** What may be worth a look before, in sentences. */
  readonly warnings: readonly string[];
}

/** An object that may carry finalizers, of whatever kind. */
export interface Held {
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

/** Plans what to take off which objects. Pure; `others` are Secrets that objects of our kinds use. */
export function planMigration(
  direction: Direction,
  objects: readonly Known[],
  others: readonly Held[] = [],
): MigrationPlan {
  const names = leaving(direction);
  const all: readonly Held[] = [...objects.map(({ kind, object }) => ({ resource: kind.resource, object })), ...others];
  const held = all.flatMap((one) => {
    const finalizers = (one.object.metadata.finalizers ?? []).filter((name) => names.includes(name));
    return finalizers.length === 0 ? [] : [{ ...one, finalizers }];
  });
  const going = held.filter(({ object }) => object.metadata.deletionTimestamp !== undefined);
  const isHeld = ({ object }: Known): boolean => held.some((one) => one.object === object);
  return {
    direction,
    steps: held.map(({ resource, object, finalizers }) => ({ resource, key: keyOf(object), finalizers })),
    blocked: going.map(
      (one) =>
        `${textOf(one)} is being deleted: without its finalizer it would go, and what Konnect has of it would stay. Let its controller finish first`,
    ),
    warnings: objects.filter((one) => isHeld(one) && !isDone(one)).map(unfinished),
  };
}

function isDone({ kind, object }: Known): boolean {
  // Kong's operator says nothing of plugins; what the other conditions miss is told by those of their bindings.
  const condition = findCondition(object, kind.mainCondition);
  return condition === undefined || condition.status === 'True';
}

function unfinished({ kind, object }: Known): string {
  const { reason = '' } = findCondition(object, kind.mainCondition) ?? {};
  return `${textOf({ resource: kind.resource, object })} is not ${kind.mainCondition} (${reason}): where its id is not in its status yet, it may be made a second time`;
}

export function textOf({ resource, object }: Held): string {
  const { namespace, name } = object.metadata;
  return `${resource.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

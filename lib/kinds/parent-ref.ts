import { display, findCondition, type KubernetesObject, type ObjectKey } from '../engine/objects.ts';
import { placeOf } from '../engine/place.ts';
import type { ConditionFact, Judgement, Ref } from './define.ts';
import { textAt } from './fields.ts';

/**
 * A reference to another entity of the same control plane. It is usable once it exists in Konnect; a later trouble with it
 * changes nothing for those that refer to it.
 */
export function parentRef(options: {
  readonly name: string;
  readonly kind: string;
  /** The condition that says whether it is there, such as `KongServiceRefValid`. */
  readonly condition: string;
  readonly targets: Ref['targets'];
}): Ref {
  const { name, kind, condition, targets } = options;
  const field = condition.replace(/Valid$/, '');
  return {
    name,
    kind,
    targets,
    unset: { type: condition, status: 'True', reason: 'Valid', message: `${field} is unset` },
    judge: (found, key) => judge(kind, condition, found, key),
  };
}

/** Targets by a name at a path of the object, in the object's own namespace. */
export function namedAt(...path: readonly string[]): Ref['targets'] {
  return (object) => {
    const name = textAt(object, ...path);
    return name === undefined ? [] : [{ name }];
  };
}

function judge(kind: string, condition: string, found: KubernetesObject | undefined, key: ObjectKey): Judgement {
  const problem = parentProblem(kind, found, key);
  const passedOn = found === undefined ? [] : inherited(found);
  const refused = passedOn.some(({ type, status }) => type === 'APIAuthValid' && status === 'False');
  return {
    usable: problem === undefined && !refused,
    lost: found === undefined || placeOf(found) === undefined || isLost(found),
    conditions: [
      {
        type: condition,
        status: problem === undefined ? 'True' : 'False',
        reason: problem === undefined ? 'Valid' : 'Invalid',
        message: problem ?? `Referenced ${kind} ${display(key)} programmed`,
      },
      ...passedOn,
    ],
  };
}

/** Why an entity can not be referred to; undefined where it can. */
export function parentProblem(kind: string, found: KubernetesObject | undefined, key: ObjectKey): string | undefined {
  if (found === undefined) return `Referenced ${kind} ${display(key)} does not exist`;
  if (found.metadata.deletionTimestamp !== undefined) return `Referenced ${kind} ${display(key)} is being deleted`;
  if (placeOf(found) === undefined) return `Referenced ${kind} ${display(key)} is not programmed yet`;
  if (!isLost(found)) return undefined;
  const reason = findCondition(found, 'Programmed')?.message;
  return `Referenced ${kind} ${display(key)} is not in Konnect any more: ${reason}`;
}

/** What Konnect had of the object went with the control plane that it was in. */
export function isLost(object: KubernetesObject): boolean {
  const isFalse = (type: string): boolean => findCondition(object, type)?.status === 'False';
  return isFalse('Programmed') && isFalse('ControlPlaneRefValid');
}

/** What is known of token and control plane, as the nearer object says it: they need not be read again for that. */
export function inherited(found: KubernetesObject): readonly ConditionFact[] {
  return ['ControlPlaneRefValid', 'APIAuthResolvedRef', 'APIAuthValid'].flatMap((type) => {
    const condition = findCondition(found, type);
    if (condition === undefined) return [];
    const { status, reason, message } = condition;
    return [{ type, status, reason, message }];
  });
}

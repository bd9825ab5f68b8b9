import { pausedAnnotation } from '../engine/names.ts';
import { type Condition, conditionsOf, findCondition, holdsForGeneration } from '../engine/objects.ts';
import { type Place, placeOf } from '../engine/place.ts';
import { isAtRest, type Known } from '../kinds/known.ts';
import { printable } from '../printable.ts';

/** `paused`: nobody is to look at it; `unused`: nobody has to. What is `not ready` or `deleting` is for somebody to look at. */
export type Standing = 'ready' | 'not ready' | 'deleting' | 'paused' | 'unused';

/** How one object stands. */
export interface State {
  readonly standing: Standing;
  /** The main condition, such as `Programmed=False`; `Programmed=-` where there is none. */
  readonly condition: string;
  /** Why it is not ready, as `Reason: message`; empty where it is. */
  readonly why: string;
  /** Where its entity is in Konnect. */
  readonly place: Place | undefined;
  /** The message of the main condition. */
  readonly message: string;
  /** Conditions that are not True beside the main one. */
  readonly others: readonly Condition[];
}

export function stateOf({ kind, object }: Known): State {
  const type = kind.mainCondition;
  const condition = findCondition(object, type);
  const standing = standingOf({ kind, object });
  return {
    standing,
    condition: `${type}=${condition?.status ?? '-'}`,
    why: standing === 'ready' ? '' : printable(whyNot({ kind, object }, condition)),
    place: placeOf(object),
    message: printable(condition?.message ?? ''),
    others: conditionsOf(object).filter((one) => one.type !== type && one.status !== 'True'),
  };
}

/** True where somebody has to look at it. */
export function needsSomebody({ standing }: Pick<State, 'standing'>): boolean {
  return standing === 'not ready' || standing === 'deleting';
}

function standingOf({ kind, object }: Known): Standing {
  if (object.metadata.annotations?.[pausedAnnotation] === 'true') return 'paused';
  if (object.metadata.deletionTimestamp !== undefined) return 'deleting';
  if (holdsForGeneration(object, kind.mainCondition)) return 'ready';
  return isAtRest({ kind, object }) ? 'unused' : 'not ready';
}

function whyNot({ object }: Known, condition: Condition | undefined): string {
  const { generation } = object.metadata;
  if (condition === undefined) return 'no status yet: nobody has looked at it';
  const said = condition.message === '' ? condition.reason : `${condition.reason}: ${condition.message}`;
  if (condition.observedGeneration === generation) return said;
  return `generation ${generation} has not been looked at yet; of ${condition.observedGeneration ?? 'an earlier one'}: ${said}`;
}

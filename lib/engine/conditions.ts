import type { ConditionFact } from '../kinds/define.ts';
import type { Condition } from './objects.ts';
import { withRoom } from './room.ts';

// The CRD allows 32768 characters; nobody reads more than this, and the object stays small.
const longestMessage = 4_096;

/**
 * The conditions to write: `facts` over `present`, by type. Conditions of others stay. `lastTransitionTime` moves only
 * when the status changes (Kubernetes API conventions), so a repeated fact leaves a condition as it is. `main` is the type
 * that stays where there are too many, see `withRoom`.
 */
export function mergeConditions(
  present: readonly Condition[],
  facts: readonly ConditionFact[],
  options: {
    readonly generation: number;
    readonly now: Date;
    readonly main: string;
    readonly drop?: readonly string[];
  },
): readonly Condition[] {
  const merged = new Map(present.map((condition) => [condition.type, condition]));
  for (const type of options.drop ?? []) merged.delete(type);
  for (const fact of facts) {
    const before = merged.get(fact.type);
    merged.set(fact.type, {
      type: fact.type,
      status: fact.status,
      reason: fact.reason,
      message: clip(fact.message, longestMessage),
      observedGeneration: options.generation,
      lastTransitionTime: before?.status === fact.status ? before.lastTransitionTime : timestamp(options.now),
    });
  }
  return withRoom([...merged.values()], { own: facts.map(({ type }) => type), main: options.main });
}

/** True where both hold the same conditions; order and key order do not matter. */
export function sameConditions(a: readonly Condition[], b: readonly Condition[]): boolean {
  const text = (conditions: readonly Condition[]): string =>
    JSON.stringify(
      conditions
        .map((c) => [c.type, c.status, c.reason, c.message, c.observedGeneration ?? null, c.lastTransitionTime])
        .sort((x, y) => (String(x[0]) < String(y[0]) ? -1 : 1)),
    );
  return text(a) === text(b);
}

// metav1.Time has whole seconds.
function timestamp(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

/** Cuts what is longer; never in the middle of a character, which the API server would store as another one. */
export function clip(message: string, longest: number): string {
  return message.length <= longest ? message : `${message.slice(0, longest - 1).toWellFormed()}…`;
}

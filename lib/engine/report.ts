import type { ConditionFact } from '../kinds/define.ts';

/** Collects what the steps of one run found out. It is written once, at the end, whatever happened. */
export interface Report {
  /** The last fact of a type wins. */
  condition(fact: ConditionFact): void;
  /** Fields of `status`; undefined removes one. */
  status(fields: Readonly<Record<string, unknown>>): void;
  readonly facts: readonly ConditionFact[];
  readonly fields: Readonly<Record<string, unknown>>;
}

export function createReport(): Report {
  const facts = new Map<string, ConditionFact>();
  const fields: Record<string, unknown> = {};
  return {
    condition: (fact) => void facts.set(fact.type, fact),
    status: (added) => void Object.assign(fields, added),
    get facts() {
      return [...facts.values()];
    },
    get fields() {
      return { ...fields };
    },
  };
}

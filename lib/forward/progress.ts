export type ListOutcome = 'complete' | 'not-served' | 'failed';

/** How far the first lists of a set of watches are. */
export interface Progress {
  listed(watch: string, outcome: ListOutcome): void;
  /** Every watch has tried once: nothing more can be had right now. */
  readonly attempted: boolean;
  /** Every watch has listed once, or its resource is not served. */
  readonly complete: boolean;
}

export function createProgress(watches: readonly string[]): Progress {
  const outcomes = new Map<string, ListOutcome>();
  const all = (holds: (outcome: ListOutcome | undefined) => boolean) =>
    watches.every((watch) => holds(outcomes.get(watch)));
  return {
    listed(watch, outcome) {
      // What was listed once stays listed: a later list that fails leaves the watch behind, not blind.
      if (outcomes.get(watch) !== 'complete') outcomes.set(watch, outcome);
    },
    get attempted() {
      return all((outcome) => outcome !== undefined);
    },
    get complete() {
      return all((outcome) => outcome === 'complete' || outcome === 'not-served');
    },
  };
}

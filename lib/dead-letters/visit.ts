import { together } from '../engine/together.ts';
import type { LaneQueues } from './lanes.ts';
import type { DeadLetter, Held } from './letter.ts';
import { type Selection, selects } from './selection.ts';
import { type SweepOptions, sweep } from './sweep.ts';

export interface VisitOptions extends Omit<SweepOptions, 'enough'> {
  readonly lanes: readonly LaneQueues[];
  readonly selection: Selection;
}

/** What came of one dead letter. */
export interface Outcome {
  readonly letter: DeadLetter;
  /** Why it is a dead letter still; absent where it is none any more. */
  readonly problem?: string;
}

export interface Visit {
  /** Dead letters that were selected. */
  readonly selected: number;
  /** About how many there are beside those that were looked at. */
  readonly unseen: number;
  /** Ids of the selection that no dead letter has, as far as they were looked at. */
  readonly missing: readonly string[];
}

/**
 * Hands the selected dead letters of all lanes over, up to ten of one lane at a time. `work` returns the ids of those
 * that it has deleted.
 */
export async function visit(
  { lanes, selection, ...options }: VisitOptions,
  work: (held: readonly Held[], lane: LaneQueues) => Promise<readonly string[]>,
): Promise<Visit> {
  const missing = new Set(selection.ids);
  let selected = 0;
  const wanted = lanes.filter(({ lane }) => selection.lanes === undefined || selection.lanes.includes(lane));
  const enough = (): boolean => selection.ids !== undefined && missing.size === 0;
  const unseen = await together(
    wanted.map((lane) =>
      sweep(
        lane,
        async (held) => {
          const chosen = held.filter(({ letter }) => selects(selection, letter));
          for (const { letter } of chosen) missing.delete(letter.id);
          selected += chosen.length;
          return chosen.length === 0 ? [] : work(chosen, lane);
        },
        { ...options, enough },
      ),
    ),
  );
  return { selected, unseen: unseen.reduce((sum, count) => sum + count, 0), missing: [...missing] };
}

import type { Lane } from '../kinds/define.ts';
import type { ReplayAnswer, Replayed } from './request.ts';

const objectsTold = 100;
const problemsTold = 100;

/** What a run has done so far. */
export interface Tally {
  /** An event was sent for the object, or would be. */
  count(lane: Lane, object: Replayed): void;
  /** In a sentence; the same one is told once. */
  problem(sentence: string): void;
  answer(run: { readonly id: string; readonly dryRun: boolean }, next: string | undefined): ReplayAnswer;
}

export function createTally(): Tally {
  const events: Record<string, number> = {};
  const objects: Replayed[] = [];
  const problems = new Set<string>();
  return {
    count(lane, object) {
      events[lane] = (events[lane] ?? 0) + 1;
      if (objects.length < objectsTold) objects.push(object);
    },
    problem: (sentence) => void problems.add(sentence),
    answer({ id, dryRun }, next) {
      const told = [...problems].slice(0, problemsTold);
      const more = problems.size - told.length;
      return {
        run: id,
        dryRun,
        events,
        objects,
        problems: more > 0 ? [...told, `and ${more} more`] : told,
        ...(next === undefined ? {} : { next }),
      };
    },
  };
}

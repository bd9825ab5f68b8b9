import type { DeadLetter, Held } from './letter.ts';
import { type Visit, type VisitOptions, visit } from './visit.ts';

export interface Listing extends Visit {
  /** In the order of their lanes, and in a lane the oldest of each object first. */
  readonly letters: readonly DeadLetter[];
}

/** The selected dead letters, without their bodies. Nothing is changed. */
export async function listLetters(options: VisitOptions): Promise<Listing> {
  const found = new Map(options.lanes.map(({ lane }): [string, DeadLetter[]] => [lane, []]));
  const seen = await visit(options, async (held, { lane }) => {
    found.get(lane)?.push(...held.map(({ letter }) => letter));
    return [];
  });
  return { ...seen, letters: [...found.values()].flat() };
}

export interface Found extends Visit {
  /** Absent where no dead letter that could be seen has the id. */
  readonly held?: Held;
}

/** One dead letter with its body. Nothing is changed. */
export async function findLetter(options: Omit<VisitOptions, 'selection'>, id: string): Promise<Found> {
  const found: Held[] = [];
  const seen = await visit({ ...options, selection: { ids: [id] } }, async (held) => {
    found.push(...held);
    return [];
  });
  const [held] = found;
  return { ...seen, ...(held === undefined ? {} : { held }) };
}

import type { SQSClient } from '@aws-sdk/client-sqs';
import type { LaneQueues } from './lanes.ts';
import type { Held } from './letter.ts';
import { remove } from './receipts.ts';
import { type Outcome, type Visit, type VisitOptions, visit } from './visit.ts';

export interface Done extends Visit {
  /** Dead letters that are none any more. */
  readonly done: number;
  readonly failed: number;
}

/** Deletes the selected dead letters for good. `onOutcome` is told of each. */
export function discardLetters(options: VisitOptions, onOutcome: (outcome: Outcome) => void): Promise<Done> {
  return counted(options, onOutcome, (held, lane) => removeLetters(options.client, held, lane));
}

/** Visits the selected dead letters with work that says what came of each. */
export async function counted(
  options: VisitOptions,
  onOutcome: (outcome: Outcome) => void,
  work: (held: readonly Held[], lane: LaneQueues) => Promise<readonly Outcome[]>,
): Promise<Done> {
  let done = 0;
  const seen = await visit(options, async (held, lane) => {
    const outcomes = await work(held, lane);
    for (const outcome of outcomes) onOutcome(outcome);
    const ended = outcomes.filter(({ problem }) => problem === undefined);
    done += ended.length;
    return ended.map(({ letter }) => letter.id);
  });
  return { ...seen, done, failed: seen.selected - done };
}

export async function removeLetters(
  client: SQSClient,
  held: readonly Held[],
  { deadLetterUrl }: LaneQueues,
): Promise<readonly Outcome[]> {
  const refused = await remove(
    client,
    deadLetterUrl,
    held.map(({ receiptHandle }) => receiptHandle),
  );
  return held.map(({ letter, receiptHandle }) => {
    const why = refused.get(receiptHandle);
    return why === undefined ? { letter } : { letter, problem: `not deleted: ${why}` };
  });
}

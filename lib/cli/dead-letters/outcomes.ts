import type { Done } from '../../dead-letters/discard.ts';
import type { Outcome } from '../../dead-letters/visit.ts';
import { printable } from '../../printable.ts';
import type { Output } from '../output.ts';
import { counted, jsonText } from '../output.ts';
import { type ExitCode, exitCodes } from '../problem.ts';
import { outcomeText, unseenText } from './text.ts';

/** Outcomes that a JSON document holds; the counts count them all. */
const mostOutcomes = 1_000;

export interface Reporter {
  readonly onOutcome: (outcome: Outcome) => void;
  /** Says how it ended. */
  end(done: Done, more?: Readonly<Record<string, unknown>>): ExitCode;
}

/**
 * Tells of each dead letter as something is done about it, and of all in the end.
 * @param verb what is done, such as `discarded`
 */
export function createReporter(output: Output, json: boolean, verb: string): Reporter {
  const outcomes: Outcome[] = [];
  return {
    onOutcome(outcome) {
      if (!json) output.result(outcomeText(outcome, verb));
      else if (outcomes.length < mostOutcomes) outcomes.push(outcome);
    },
    end(done, more = {}) {
      if (json) output.result(jsonText({ ...more, ...done, outcomes: outcomes.map(outcomeDocument) }));
      else output.result(summaryText(done, verb));
      for (const id of done.missing) output.tell(`no dead letter has the id ${printable(id)}`);
      if (done.unseen > 0) output.tell(unseenText(done.unseen));
      return done.failed + done.missing.length === 0 ? exitCodes.fine : exitCodes.found;
    },
  };
}

function summaryText({ selected, done, failed }: Done, verb: string): string {
  if (selected === 0) return 'No dead letters were selected.';
  const left = failed === 0 ? '' : `, ${failed} left`;
  return `${counted(done, 'dead letter')} ${verb}${left}.`;
}

function outcomeDocument({ letter: { id, lane, object }, problem }: Outcome) {
  return {
    id,
    lane,
    ...(object === undefined ? {} : { object }),
    ...(problem === undefined ? {} : { problem }),
  };
}

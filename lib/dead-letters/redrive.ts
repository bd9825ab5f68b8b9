import type { Clock } from '../engine/ports.ts';
import { asksForMore, type ObjectEvent, objectEvent } from '../events/event.ts';
import type { EventSender } from '../events/queues.ts';
import { counted, type Done, removeLetters } from './discard.ts';
import type { LaneQueues } from './lanes.ts';
import type { Held } from './letter.ts';
import type { Outcome, VisitOptions } from './visit.ts';

export interface RedriveOptions extends VisitOptions {
  /** Names this redrive in each event: SQS drops what it was sent within five minutes before under the same id. */
  readonly run: string;
  readonly sender: EventSender;
  readonly clock: Clock;
}

/**
 * Sends the events of the selected dead letters once more, each to the queue of its kind's lane, and deletes a dead letter
 * once SQS has taken its event. `onOutcome` is told of each. A body that is no event is left where it is.
 */
export function redriveLetters(options: RedriveOptions, onOutcome: (outcome: Outcome) => void): Promise<Done> {
  return counted(options, onOutcome, (held, lane) => redrive(options, held, lane));
}

async function redrive(
  { client, run, sender, clock }: RedriveOptions,
  held: readonly Held[],
  lane: LaneQueues,
): Promise<readonly Outcome[]> {
  const again = new Map(
    held.flatMap((one) => (one.event === undefined ? [] : [[one, sentAgain(one.event, run, clock.now())] as const])),
  );
  const { problems } = await sender.send([...again.values()]);
  const refused = new Map(problems.map(({ event, code, message }) => [event, `not sent: ${code}: ${message}`]));
  const problemOf = (one: Held): string | undefined => {
    const event = again.get(one);
    return event === undefined ? 'its body is no event, so it can not be sent again' : refused.get(event);
  };
  const left = held.flatMap((one): readonly Outcome[] => {
    const problem = problemOf(one);
    return problem === undefined ? [] : [{ letter: one.letter, problem }];
  });
  const taken = held.filter((one) => problemOf(one) === undefined);
  const removed = taken.length === 0 ? [] : await removeLetters(client, taken, lane);
  return [...removed.map(alsoSent), ...left];
}

/** The same look at the same object, under a name that SQS has not seen. */
export function sentAgain({ data }: ObjectEvent, run: string, now: Date): ObjectEvent {
  return objectEvent({ ...data, cause: 'replay', origin: run, ...(asksForMore(data) ? { force: true } : {}) }, now);
}

function alsoSent(outcome: Outcome): Outcome {
  return outcome.problem === undefined ? outcome : { ...outcome, problem: `sent again, but ${outcome.problem}` };
}

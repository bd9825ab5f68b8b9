import { replayDeadLetters } from './dead-letters.ts';
import { replayObjects } from './objects.ts';
import { createPace } from './pace.ts';
import type { ReplayAnswer, ReplayRequest } from './request.ts';
import type { ReplayPorts, Run } from './run.ts';
import { createTally } from './tally.ts';

/**
 * Sends an event for every object that is asked for, or only tells for which. Functions read the object as it is when
 * they get to it, so what an event says of it does not matter, and what is gone stays gone.
 * @throws {BadReplay} where the API server refuses the label selector.
 * @throws {Error} where the clusters can not be listed.
 */
export async function replay(request: ReplayRequest, ports: ReplayPorts): Promise<ReplayAnswer> {
  const run: Run = {
    id: request.run ?? ports.newId(),
    dryRun: request.dryRun !== false,
    force: request.force === true,
    request,
    ports,
    pace: createPace(ports),
    tally: createTally(),
  };
  const next = request.deadLetters ? await replayDeadLetters(run) : await replayObjects(run);
  return run.tally.answer(run, next);
}

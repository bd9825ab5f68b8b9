import type { Lane } from '../kinds/define.ts';

/** Lets a replay go on only while it is in nobody's way and has time left. */
export interface Pace {
  hasTime(): boolean;
  /** Waits until a lane's queue is short. False where time is up before that. Throws what `backlog` throws. */
  room(lane: Lane): Promise<boolean>;
}

/** Messages that may wait in a lane's queue while more are sent: a change that comes in then waits for as many at most. */
export const backlogLimit = 20;
/** Events that are sent before the queue is looked at again. */
export const portionSize = 10;
/** Between two looks at a queue that is too long. */
const pauseMilliseconds = 1_000;
/** For what was begun, and for the answer. */
const reserveMilliseconds = 30_000;

export function createPace(ports: {
  /** Messages that wait in a lane's queue. */
  backlog(lane: Lane): Promise<number>;
  /** Milliseconds that the function may still run. */
  remaining(): number;
  pause(milliseconds: number): Promise<void>;
}): Pace {
  const hasTime = (): boolean => ports.remaining() > reserveMilliseconds;
  return {
    hasTime,
    async room(lane) {
      while (hasTime()) {
        if ((await ports.backlog(lane)) <= backlogLimit) return true;
        await ports.pause(pauseMilliseconds);
      }
      return false;
    },
  };
}

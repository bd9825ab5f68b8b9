import type { Clock, Log } from '../engine/ports.ts';
import { type ObjectEventData, objectEvent } from './event.ts';
import type { EventSender } from './queues.ts';

/** Makes what sends the wake-ups of a reconcile. It never throws: those that are lost, a drift check finds again. */
export function createWakeUps({
  sender,
  clock,
  log,
}: {
  readonly sender: EventSender;
  readonly clock: Clock;
  readonly log: Log;
}): (data: readonly ObjectEventData[]) => Promise<void> {
  return async (data) => {
    const { failed } = await sender.send(data.map((one) => objectEvent(one, clock.now())));
    if (failed.length > 0) log.warn('wake-ups not sent', { count: failed.length });
  };
}

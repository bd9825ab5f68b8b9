import type { DeadLetterQueue } from '../dead-letters/queue.ts';
import type { Clock, Cluster } from '../engine/ports.ts';
import { type ObjectEventData, objectEvent } from '../events/event.ts';
import type { EventSender } from '../events/queues.ts';
import type { Kind, Lane } from '../kinds/define.ts';
import type { Pace } from './pace.ts';
import type { ReplayRequest } from './request.ts';
import type { Tally } from './tally.ts';

/** The world around a replay. */
export interface ReplayPorts {
  readonly kinds: readonly Kind[];
  /** Names of all registered clusters. Throws where they can not be listed. */
  clusters(): Promise<readonly string[]>;
  cluster(name: string): Cluster;
  readonly events: EventSender;
  /** Messages that wait in a lane's queue. */
  backlog(lane: Lane): Promise<number>;
  readonly deadLetters: Readonly<Record<Lane, DeadLetterQueue>>;
  /** Milliseconds that the function may still run. */
  remaining(): number;
  pause(milliseconds: number): Promise<void>;
  readonly clock: Clock;
  /** An id that no other run has. */
  newId(): string;
}

/** One run: what is asked, and what came of it so far. */
export interface Run {
  readonly id: string;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly request: ReplayRequest;
  readonly ports: ReplayPorts;
  readonly pace: Pace;
  readonly tally: Tally;
}

/** Waits until events may be sent to a lane. False where time is up. A dry run sends none and waits for nothing. */
export async function mayGoOn({ dryRun, pace }: Run, lane: Lane): Promise<boolean> {
  return dryRun ? pace.hasTime() : pace.room(lane);
}

/** Sends events for objects of one kind, or only counts them. @returns those that were taken. */
export async function send(
  { dryRun, ports, tally }: Run,
  kind: Kind,
  data: readonly ObjectEventData[],
): Promise<readonly ObjectEventData[]> {
  const events = data.map((one) => objectEvent(one, ports.clock.now()));
  const { problems } = dryRun ? { problems: [] } : await ports.events.send(events);
  for (const { event, code, message } of problems) {
    tally.problem(`${event.subject} of cluster ${event.data.cluster} was not replayed: SQS says ${code}: ${message}`);
  }
  const failed = new Set(problems.map(({ event }) => event));
  const taken = events.filter((event) => !failed.has(event)).map((event) => event.data);
  for (const { cluster, namespace, name } of taken) {
    const object = { cluster, kind: kind.resource.kind, ...(namespace === undefined ? {} : { namespace }), name };
    tally.count(kind.lane, object);
  }
  return taken;
}

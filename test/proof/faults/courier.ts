import type { LocalKubernetes } from '../../../infra/local/kubernetes/server.ts';
import { sentAgain } from '../../../lib/dead-letters/redrive.ts';
import type { Verdict } from '../../../lib/engine/verdict.ts';
import type { ObjectEventData } from '../../../lib/events/event.ts';
import type { QueueRecord } from '../../../lib/events/record.ts';
import { type Kind, type Lane, lanes } from '../../../lib/kinds/define.ts';
import { checkDrift } from '../../drift.ts';
import type { World } from '../../world.ts';
import { type Container, startContainer } from './container.ts';
import type { Letter, Mail } from './mail.ts';
import { createWatch } from './watch.ts';
import type { Wire } from './wire.ts';

/** What became of the events of one change. */
export interface Delivery {
  /** What was given up. */
  readonly deadLetters: readonly Letter[];
  /** Told in a condition and not tried again. */
  readonly refusals: readonly string[];
}

/** Brings what happens in a world to its functions: what the forwarder would send, and what SQS and Lambda make of it. */
export interface Courier {
  /** Delivers, again and again where need be, until nothing is left to deliver. The functions begin without a memory. */
  deliver(): Promise<Delivery>;
  /** The time has come for the thorough look that some kinds ask for, at these objects. */
  recheck(concerns: (kind: Kind) => boolean): Promise<void>;
  /** Sends events that no watch calls for. */
  send(events: readonly ObjectEventData[]): Promise<void>;
  /** Sends again what was given up the last time, as whoever looks after dead letters does. */
  sendAgain(): Promise<void>;
  /** A drift check, as one is made every hour: the net under a wake-up that was lost. */
  checkDrift(): Promise<void>;
}

const mostRounds = 200;

export function createCourier(world: World, kubernetes: LocalKubernetes, wire: Wire, mail: Mail): Courier {
  const watch = createWatch(world, kubernetes);
  let refusals: string[] = [];
  let letters: readonly Letter[] = [];

  function start(): Container {
    let gone = false;
    const container = startContainer(world, mail, wire.timeoutMs, (event, verdict) => {
      // What a function that was killed goes on to do here never happens elsewhere.
      if (!gone && !wire.dead) refusals.push(...refusalIn(event, verdict));
    });
    return {
      handle: container.handle,
      async [Symbol.asyncDispose]() {
        gone = true;
        await container[Symbol.asyncDispose]();
      },
    };
  }

  /** Lets a container handle the messages of one group. @returns the container that goes on. */
  async function handle(container: Container, lane: Lane, records: readonly QueueRecord[]): Promise<Container> {
    const failed = await wire.during(() => container.handle(lane, records));
    if (!wire.dead) {
      await mail.remove(
        lane,
        records.filter(({ messageId }) => !failed.includes(messageId)),
      );
      return container;
    }
    await container[Symbol.asyncDispose]();
    wire.revive();
    return start();
  }

  async function deliver(): Promise<Delivery> {
    refusals = [];
    let container = start();
    try {
      for (let round = 1; round <= mostRounds; round += 1) {
        await mail.send(await watch.look());
        if (mail.isEmpty()) {
          // What was given up would be looked at, and given up, for as long as the trouble lasts.
          if (!watch.isUnderWay() || mail.hasLetters()) {
            letters = await mail.takeLetters();
            return { deadLetters: letters, refusals };
          }
          mail.pass(61);
          await mail.send(watch.goingOn());
        }
        let handled = 0;
        for (const lane of lanes) {
          for (const records of await mail.receive(lane)) {
            container = await handle(container, lane, records);
            handled += 1;
          }
        }
        if (handled === 0) mail.passToNext();
      }
      throw new Error(`no rest after ${mostRounds} rounds`);
    } finally {
      await mail.clear();
      await container[Symbol.asyncDispose]();
    }
  }

  return {
    deliver,
    recheck: (concerns) => mail.send(watch.rechecks(concerns)),
    send: (events) => mail.send(events),
    sendAgain: () => mail.send(letters.map(({ event }) => sentAgain(event, 'again', world.now).data)),
    async checkDrift() {
      mail.pass(3600);
      const { events } = await checkDrift(world);
      await mail.send(events);
    },
  };
}

function refusalIn(event: ObjectEventData, verdict: Verdict): readonly string[] {
  return verdict.is === 'terminal' || verdict.is === 'malformed'
    ? [`${event.kind} ${event.name}: ${verdict.is}: ${verdict.message}`]
    : [];
}

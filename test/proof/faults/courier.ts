import type { LocalKubernetes } from '../../../infra/local/kubernetes/server.ts';
import type { KubernetesObject } from '../../../lib/engine/objects.ts';
import type { Verdict } from '../../../lib/engine/verdict.ts';
import { messageGroupId, type ObjectEventData, objectEvent } from '../../../lib/events/event.ts';
import type { QueueRecord } from '../../../lib/events/record.ts';
import { createDependants } from '../../../lib/forward/dependants.ts';
import { createOthers, type OtherResource, otherResources } from '../../../lib/forward/others.ts';
import { createTracker } from '../../../lib/forward/tracker.ts';
import type { Kind } from '../../../lib/kinds/define.ts';
import { kinds } from '../../../lib/kinds/registry.gen.ts';
import { selectedBy } from '../../memory/label-selector.ts';
import type { World } from '../../world.ts';
import { type Container, startContainer } from './container.ts';
import { sightOf } from './sight.ts';
import type { Wire } from './wire.ts';

/** What became of the events of one change. */
export interface Delivery {
  /** Given up, with the reason. */
  readonly deadLetters: readonly string[];
  /** Told in a condition and not tried again. */
  readonly refusals: readonly string[];
}

/** Brings what happens in a world to its functions: the forwarder's own judgement of what calls for an event, and a queue. */
export interface Courier {
  /** Delivers, again and again where need be, until nothing is left to deliver. The functions begin without a memory. */
  deliver(): Promise<Delivery>;
  /** The time has come for the thorough look that some kinds ask for, at these objects. */
  recheck(concerns: (kind: Kind) => boolean): void;
}

const mostRounds = 60;
/** SQS drops a second message of one deduplication id that comes within this time. */
const deduplicationMs = 5 * 60_000;
/** How long a message of a function that died stays hidden: six times the longest that it may run. */
const hiddenSeconds = 360;

interface Message {
  readonly id: string;
  readonly body: string;
  receives: number;
}

export function createCourier(world: World, kubernetes: LocalKubernetes, wire: Wire): Courier {
  const clock = { now: () => world.now };
  const dependants = createDependants(kinds);
  const tracker = createTracker({ kinds, cluster: 'test', dependants, clock });
  const others = createOthers({ dependants, tracker, isPending: () => false });
  const watched = otherResources(kinds);
  const queue = new Map<string, Message[]>();
  const sent = new Map<string, number>();
  let sight: 'first-list' | 'watch' = 'first-list';
  let underWay: readonly string[] = [];

  function send(events: readonly ObjectEventData[]): void {
    for (const data of events) {
      const event = objectEvent(data, world.now);
      if (world.now.getTime() - (sent.get(event.id) ?? Number.NEGATIVE_INFINITY) < deduplicationMs) continue;
      sent.set(event.id, world.now.getTime());
      const group = messageGroupId(data);
      queue.set(group, [...(queue.get(group) ?? []), { id: event.id, body: JSON.stringify(event), receives: 0 }]);
    }
  }

  /** What the forwarder's watches would tell by now. */
  async function look(): Promise<void> {
    const { objects, secrets, configMaps } = await sightOf(kubernetes, world.namespace);
    const present = new Set(objects.map(({ object }) => object.metadata.uid));
    for (const { kind, object } of objects) send(tracker.seen(kind, object, sight));
    for (const kind of kinds) {
      for (const one of [...tracker.known(kind)]) if (!present.has(one.uid)) send(tracker.gone(kind, one));
    }
    if (sight === 'first-list') send(tracker.kindsListed());
    for (const other of watched)
      seenOthers(
        other,
        [...secrets, ...configMaps].filter((one) => isWatched(other, one)),
      );
    if (sight === 'first-list') tracker.othersListed();
    sight = 'watch';
    underWay = objects
      .filter(({ kind, object }) => kind.recheckWhile?.(object))
      .map(({ object }) => object.metadata.uid);
  }

  function seenOthers(other: OtherResource, objects: readonly KubernetesObject[]): void {
    const present = new Set(objects.map(({ metadata }) => metadata.uid));
    for (const object of objects) send(others.seen(other, object, sight));
    for (const one of [...others.known(other)]) if (!present.has(one.uid)) send(others.gone(other, one));
  }

  function pass(seconds: number): void {
    world.now = new Date(world.now.getTime() + seconds * 1000);
  }

  async function deliver(): Promise<Delivery> {
    const deadLetters: string[] = [];
    const refusals: string[] = [];
    let hidden = 0;
    const start = (): Container => {
      let gone = false;
      // What a function that was killed goes on to do here never happens elsewhere.
      const alive = (): boolean => !gone && !wire.dead;
      const container = startContainer(world, {
        woke: (events) => alive() && send(events),
        judged: (event, verdict) => alive() && refusals.push(...refusalIn(event, verdict)),
        gaveUp: (_, reason) => alive() && deadLetters.push(reason),
        delayed: (seconds) => {
          hidden = Math.max(hidden, seconds);
        },
      });
      return {
        handle: container.handle,
        async [Symbol.asyncDispose]() {
          gone = true;
          await container[Symbol.asyncDispose]();
        },
      };
    };
    let container = start();
    try {
      for (let round = 1; round <= mostRounds; round += 1) {
        await look();
        if (queue.size === 0 && underWay.length === 0) return { deadLetters, refusals };
        if (queue.size === 0) {
          pass(61);
          send(tracker.rechecks().filter(({ uid }) => underWay.includes(uid)));
        }
        hidden = 0;
        for (const [group, messages] of [...queue]) {
          wire.nextEvent();
          for (const message of messages) message.receives += 1;
          const failed = await container.handle(messages.map((message) => recordOf(group, message)));
          const isDead = wire.dead;
          if (isDead) {
            hidden = Math.max(hidden, hiddenSeconds);
            await container[Symbol.asyncDispose]();
            wire.revive();
            container = start();
          }
          const left = (queue.get(group) ?? []).filter(
            (message) => isDead || !messages.includes(message) || failed.includes(message.id),
          );
          queue.delete(group);
          if (left.length > 0) queue.set(group, left);
        }
        if (hidden > 0) pass(hidden);
      }
      const left = [...queue.keys()].join(', ');
      throw new Error(`no rest after ${mostRounds} rounds; still on the queue: ${left}`);
    } finally {
      queue.clear();
      await container[Symbol.asyncDispose]();
    }
  }

  return {
    deliver,
    recheck(concerns) {
      const wanted = new Set(kinds.filter(concerns).map(({ resource }) => resource.kind));
      send(tracker.rechecks().filter(({ kind }) => wanted.has(kind)));
    },
  };
}

function isWatched({ resource, labelSelector }: OtherResource, { kind, metadata }: KubernetesObject): boolean {
  return kind === resource.kind && selectedBy(labelSelector)(metadata.labels ?? {});
}

function refusalIn(event: ObjectEventData, verdict: Verdict): readonly string[] {
  return verdict.is === 'terminal' || verdict.is === 'malformed'
    ? [`${event.kind} ${event.name}: ${verdict.is}: ${verdict.message}`]
    : [];
}

function recordOf(group: string, { id, body, receives }: Message): QueueRecord {
  const attributes = { ApproximateReceiveCount: String(receives), MessageGroupId: group, MessageDeduplicationId: id };
  return { messageId: id, receiptHandle: id, body, attributes };
}

import { createMemoryCluster, type MemoryCluster } from '../../test/memory/cluster.ts';
import { consumer, inControlPlane, route, routeKind, service, serviceKind } from '../../test/memory/core.ts';
import { authConfiguration, authKind, controlPlane, controlPlaneKind, named } from '../../test/memory/manifests.ts';
import type { DeadLetterQueue } from '../dead-letters/queue.ts';
import type { ObjectEvent } from '../events/event.ts';
import type { EventSender, SendProblem } from '../events/queues.ts';
import { type Lane, lanes } from '../kinds/define.ts';
import { kinds } from '../kinds/registry.gen.ts';
import { parseReplay } from './parse.ts';
import { replay } from './replay.ts';
import type { ReplayAnswer } from './request.ts';
import type { ReplayPorts } from './run.ts';

export const vaultKind = named('KongVault');
export const consumerKind = named('KongConsumer');

/** A replay with clusters in memory: what is sent is written down, and time stands still unless a test moves it. */
export interface Scene {
  readonly cluster: MemoryCluster;
  readonly ports: ReplayPorts;
  readonly sent: ObjectEvent[];
  /** Messages in every lane's queue; a pause takes ten of them away. */
  waiting: number;
  readonly pauses: number[];
  /** Milliseconds that are left. */
  remaining: number;
  /** Gets what is about to be sent; the events that SQS refuses. */
  refuse: (events: readonly ObjectEvent[]) => readonly ObjectEvent[];
  replay(request: object): Promise<ReplayAnswer>;
  /** Kind and name of each event that was sent, in their order. */
  told(): readonly string[];
}

export function createScene(over: Partial<ReplayPorts> = {}): Scene {
  const clock = { now: () => new Date('2026-03-01T12:00:00Z') };
  const cluster = createMemoryCluster('blue', clock);
  let ids = 0;
  const events: EventSender = {
    async send(given) {
      const refused = scene.refuse(given);
      scene.sent.push(...given.filter((event) => !refused.includes(event)));
      const problems = refused.map(
        (event): SendProblem => ({
          event,
          code: 'InternalError',
          message: 'try again',
          senderFault: false,
        }),
      );
      return { sent: given.length - refused.length, failed: refused, problems };
    },
  };
  const ports: ReplayPorts = {
    kinds,
    clusters: async () => ['blue'],
    cluster: () => cluster,
    events,
    backlog: async () => scene.waiting,
    deadLetters: Object.fromEntries(lanes.map((lane) => [lane, emptyQueue])) as Record<Lane, DeadLetterQueue>,
    remaining: () => scene.remaining,
    async pause(milliseconds) {
      scene.pauses.push(milliseconds);
      scene.waiting -= 10;
    },
    clock,
    newId() {
      ids += 1;
      return `run-${ids}`;
    },
    ...over,
  };
  const scene: Scene = {
    cluster,
    ports,
    sent: [],
    waiting: 0,
    pauses: [],
    remaining: 900_000,
    refuse: () => [],
    replay: async (request) => replay(parseReplay(request, kinds), ports),
    told: () => scene.sent.map(({ data }) => `${data.kind} ${data.name}`),
  };
  return scene;
}

/** One auth configuration, the control planes `cp` and `other`, and in `cp` a service with a route, a consumer, a vault. */
export function furnish({ user }: MemoryCluster): void {
  user.apply(authKind.resource, authConfiguration());
  user.apply(controlPlaneKind.resource, controlPlane('other'));
  user.apply(controlPlaneKind.resource, controlPlane('cp'));
  user.apply(routeKind.resource, route({}, { labels: { team: 'shop' } }));
  user.apply(serviceKind.resource, service());
  user.apply(consumerKind.resource, consumer());
  const controlPlaneRef = { ...inControlPlane, konnectNamespacedRef: { name: 'cp', namespace: 'team' } };
  const spec = { controlPlaneRef, backend: 'env', prefix: 'shop', config: { prefix: 'SHOP_' } };
  user.apply(vaultKind.resource, { metadata: { name: 'vault' }, spec });
}

/** What `furnish` made, as a replay of everything tells it. */
export const everything = [
  'KonnectAPIAuthConfiguration auth',
  'KonnectGatewayControlPlane cp',
  'KonnectGatewayControlPlane other',
  'KongConsumer alice',
  'KongService svc',
  'KongRoute route',
  'KongVault vault',
];

const emptyQueue: DeadLetterQueue = { receive: async () => [], remove: async () => [], release: async () => [] };

import type { DriftPorts } from '../lib/drift/context.ts';
import { startRun } from '../lib/drift/plan.ts';
import type { DriftReport } from '../lib/drift/report.ts';
import type { DriftRequest } from '../lib/drift/request.ts';
import type { Cluster } from '../lib/engine/ports.ts';
import { reconcile } from '../lib/engine/reconcile.ts';
import type { ObjectEventData } from '../lib/events/event.ts';
import type { World } from './world.ts';

/** What a drift check of a world found, and the events that it sent. */
export interface Drift {
  readonly report: DriftReport;
  readonly events: readonly ObjectEventData[];
}

/** What a drift check of a world needs; the events that it sends are added to `events`. */
export function driftPorts(world: World, events: ObjectEventData[]): DriftPorts {
  return {
    ...world.environment,
    clusters: () => Promise.resolve([world.cluster.name]),
    clusterNamed: () => ofNamespace(world),
    send(sent) {
      events.push(...sent);
      return Promise.resolve([]);
    },
    konnectCalls: world.konnectCalls,
    remaining: () => Number.POSITIVE_INFINITY,
  };
}

/** Checks a world for drift; nothing is sent anywhere, see `repair`. */
export async function checkDrift(world: World, request: Partial<DriftRequest> = {}): Promise<Drift> {
  const events: ObjectEventData[] = [];
  const ports = driftPorts(world, events);
  const queue = { put: () => Promise.resolve() };
  const { report } = await startRun({ mode: 'repair', wait: true, ...request }, ports, queue);
  if (report === undefined) throw new Error('the drift check gave no report');
  return { report, events };
}

/** Lets the functions handle the events of a drift check. */
export async function repair({ environment, cluster }: World, { events }: Drift): Promise<void> {
  for (const event of events) await reconcile(environment, cluster, event);
}

/** Worlds share an API server, and each has a Konnect of its own: a check sees the objects of its world only. */
function ofNamespace({ cluster, namespace }: World): Cluster {
  return {
    ...cluster,
    async list(resource, options = {}) {
      if (resource.namespaced) return cluster.list(resource, { ...options, namespace });
      const all = await cluster.list(resource, options);
      return all.filter(({ metadata }) => metadata.name.endsWith(`-${namespace}`));
    },
  };
}

import type { Stage } from '../../test/memory/stage.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { DriftPorts } from './context.ts';
import { startRun, type TaskQueue } from './plan.ts';
import type { DriftRequest } from './request.ts';

type Over = Partial<Pick<DriftPorts, 'tokens' | 'remaining'> & TaskQueue>;

/** A drift check of a stage: its report, and for what it sent events. */
export async function checked(
  { environment, cluster, konnect }: Stage,
  over: Over = {},
  asked: Partial<DriftRequest> = {},
) {
  const events: ObjectEventData[] = [];
  const ports = {
    ...environment,
    clusters: async () => ['blue'],
    clusterNamed: () => cluster,
    async send(sent: readonly ObjectEventData[]) {
      events.push(...sent);
      return [];
    },
    konnectCalls: () => konnect.requests.length,
    remaining: () => Number.POSITIVE_INFINITY,
    ...over,
  };
  const put = over.put ?? (async () => undefined);
  const { report, queued } = await startRun({ mode: 'repair', wait: true, ...asked }, ports, { put });
  return { report, queued, told: events.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`) };
}

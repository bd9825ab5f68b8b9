import type { KubernetesObject, Resource } from '../engine/objects.ts';
import type { Cluster, Konnect } from '../engine/ports.ts';
import { findRefs } from '../engine/refs.ts';
import type { Environment } from '../engine/run.ts';
import { openSession, type Session } from '../engine/session.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import type { Known } from '../kinds/known.ts';
import type { Collector } from './collector.ts';
import { type Looking, lookAt } from './look.ts';
import type { DriftTask } from './task.ts';

/** What a drift check needs of the world. */
export interface DriftPorts extends Omit<Environment, 'wake' | 'differs' | 'references'> {
  /** The registered clusters, by name. */
  clusters(): Promise<readonly string[]>;
  clusterNamed(name: string): Cluster;
  /** Sends events and gives what was not taken, in sentences. */
  send(events: readonly ObjectEventData[]): Promise<readonly string[]>;
  /** HTTP calls that were made to Konnect until now. */
  konnectCalls(): number;
  /** Milliseconds that the function may still run. */
  remaining(): number;
}

/** What the parts of one task share. */
export interface Context {
  readonly task: DriftTask;
  readonly ports: DriftPorts;
  /** The cluster as it is now; what is looked at is `looking.cluster`, as it was. */
  readonly cluster: Cluster;
  readonly looking: Looking;
  readonly collected: Collector;
  namespaceOf(object: KubernetesObject): Promise<KubernetesObject | undefined>;
}

export const namespaceResource: Resource = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

/** A session in the name of the account that an object is programmed with. */
export async function sessionOf({ looking }: Context, { kind, object }: Known, konnect: Konnect): Promise<Session> {
  const run = lookAt(looking, { kind, object }, konnect, looking.cluster.about(object).cluster);
  return openSession(run, await findRefs(run));
}

/** The event that makes the object's function look at it thoroughly and repair what differs. */
export function driftEvent(
  { task }: Pick<Context, 'task'>,
  { resource }: Kind,
  { metadata }: KubernetesObject,
): ObjectEventData {
  const { namespace, name, uid, resourceVersion, generation = 0 } = metadata;
  return {
    cluster: task.cluster,
    group: resource.group,
    version: resource.version,
    kind: resource.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    uid,
    generation,
    resourceVersion,
    cause: 'drift',
    origin: task.run,
  };
}

import type { Cause, ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import type { Registry } from './controller.ts';
import type { KubernetesObject } from './objects.ts';
import type { Difference } from './plan.ts';
import type { Clock, Cluster, Konnect, Log, Tokens } from './ports.ts';
import type { References } from './references.ts';
import type { Report } from './report.ts';

/** What all runs of one function share: made once per container by its composition root. */
export interface Environment {
  readonly registry: Registry;
  readonly konnect: Konnect;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly log: Log;
  /** Reads of referenced objects that several runs share; without it each run reads for itself. */
  readonly references?: References;
  /** Puts events on the queues: how a run asks for another object to be looked at. */
  wake(events: readonly ObjectEventData[]): Promise<void>;
  /** Told of what is found to differ, before it is repaired. */
  differs?(id: string, differences: readonly Difference[]): void;
  /** Hosts beside Konnect's own that a serverURL may name. */
  readonly allowedHosts: readonly string[];
}

/** One reconcile of one object. `object` is replaced by what a write to its metadata returned. */
export interface Run extends Omit<Environment, 'wake'> {
  readonly kind: Kind;
  readonly cluster: Cluster;
  readonly cause: Cause;
  /** Read Konnect and compare, even where the present generation is programmed already. */
  readonly thorough: boolean;
  object: KubernetesObject;
  readonly report: Report;
  wake(events: readonly ObjectEventData[]): Promise<void>;
}

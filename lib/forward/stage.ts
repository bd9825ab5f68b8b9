import type { Identity, Restart, Sight, WatchHandler, WatchObjects } from '../cluster/watch.ts';
import { display, type KubernetesObject, keyOf, type Resource } from '../engine/objects.ts';
import type { Log } from '../engine/ports.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { Metrics } from './metrics.ts';
import { createProgress, type Progress } from './progress.ts';

/** One resource to watch, and what its sights mean. */
export interface Watched {
  readonly resource: Resource;
  readonly labelSelector?: string;
  readonly metadataOnly?: true;
  readonly seen: (object: KubernetesObject, sight: Sight) => readonly ObjectEventData[];
  readonly gone: (identity: Identity, resourceVersion?: string) => readonly ObjectEventData[];
  readonly known: (namespace?: string) => Iterable<Identity>;
}

/** Watches that start together. */
export interface Stage {
  readonly progress: Progress;
  run(watch: WatchObjects, signal: AbortSignal): Promise<void>;
}

export interface StageOptions {
  readonly watched: readonly Watched[];
  /** All namespaces where absent. */
  readonly namespaces: readonly string[] | undefined;
  readonly onEvents: (events: readonly ObjectEventData[]) => void;
  /** A watch listed, or could not; `progress` knows. */
  readonly onListed: () => void;
  readonly log: Log;
  readonly metrics: Metrics;
}

interface Slot {
  readonly id: string;
  readonly watched: Watched;
  readonly namespace?: string;
}

/** Makes one watch for each resource, or for each of its namespaces where they are listed. */
export function createStage(options: StageOptions): Stage {
  const slots = options.watched.flatMap((watched) => slotsOf(watched, options.namespaces));
  const progress = createProgress(slots.map(({ id }) => id));
  return {
    progress,
    async run(watch, signal) {
      const running = slots.map((slot) => {
        const { resource, labelSelector, metadataOnly } = slot.watched;
        const selection = {
          resource,
          ...(slot.namespace === undefined ? {} : { namespace: slot.namespace }),
          ...(labelSelector === undefined ? {} : { labelSelector }),
          ...(metadataOnly === undefined ? {} : { metadataOnly }),
        };
        return watch(selection, handlerOf(slot, progress, options), signal);
      });
      await Promise.all(running);
    },
  };
}

function slotsOf(watched: Watched, namespaces: readonly string[] | undefined): readonly Slot[] {
  const { group, kind, namespaced } = watched.resource;
  const id = `${group}/${kind}?${watched.labelSelector ?? ''}`;
  if (namespaces === undefined || !namespaced) return [{ id, watched }];
  return namespaces.map((namespace) => ({ id: `${id}@${namespace}`, watched, namespace }));
}

function handlerOf(slot: Slot, progress: Progress, { onEvents, onListed, log, metrics }: StageOptions): WatchHandler {
  const { watched, namespace } = slot;
  const { kind } = watched.resource;

  // One object that a kind can not read must not stop the watch of all the others.
  function guarded(display: string, evaluate: () => readonly ObjectEventData[]): void {
    try {
      onEvents(evaluate());
    } catch (error) {
      metrics.count('forwarder_unreadable_objects_total', { kind });
      log.error('object could not be evaluated; no event is sent for it', { kind, object: display, error });
    }
  }

  // The same trouble is told once, not each half minute for as long as it lasts.
  let trouble = '';

  return {
    known: () => watched.known(namespace),
    seen: (object, sight) => guarded(display(keyOf(object)), () => watched.seen(object, sight)),
    gone: (identity, version) => guarded(display(identity), () => watched.gone(identity, version)),
    listed(outcome) {
      log.debug('listed', { kind, namespace, outcome });
      if (outcome === 'complete') trouble = '';
      progress.listed(slot.id, outcome);
      onListed();
    },
    unreadable(count) {
      metrics.count('forwarder_unreadable_objects_total', { kind }, count);
      log.error('a list has items that are no objects', { kind, namespace, count });
    },
    restarted(reason, error) {
      metrics.count('forwarder_watch_restarts_total', { kind, reason });
      const repeated = trouble === `${reason} ${error}`;
      trouble = `${reason} ${error}`;
      log[repeated ? 'debug' : levels[reason]]('watch begins anew', { kind, namespace, reason, error });
    },
  };
}

// A watch ends every few minutes, and breaks now and then; only what somebody must look at is a warning.
const levels: Readonly<Record<Restart, keyof Log>> = {
  ended: 'debug',
  cut: 'info',
  expired: 'info',
  refused: 'warn',
  'not-served': 'warn',
};

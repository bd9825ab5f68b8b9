import type { KubernetesObject } from '../object.ts';

/** One write. `previous` is the object before it, absent for a creation. */
export interface StoreEvent {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly collection: string;
  readonly key: string;
  readonly object: KubernetesObject;
  readonly previous?: KubernetesObject;
}

/** The last writes, at most `limit` of them. */
export interface History {
  add(event: StoreEvent): void;
  /** The events after a revision, in order; undefined when some of them were dropped. */
  since(revision: number): readonly StoreEvent[] | undefined;
  compact(revision: number): void;
  /** The first revision from which everything is still known. */
  oldest(): number;
}

/** An empty history that knows everything from `start` on. */
export function createHistory(limit: number, start: number): History {
  let events: StoreEvent[] = [];
  let dropped = start;

  function trim(): void {
    // Cutting in large steps keeps an addition cheap.
    if (events.length < limit * 2) return;
    events = events.slice(events.length - limit);
    dropped = (events[0]?.revision ?? dropped + 1) - 1;
  }

  function visible(): readonly StoreEvent[] {
    return events.length > limit ? events.slice(events.length - limit) : events;
  }

  function oldest(): number {
    return events.length > limit ? (visible()[0]?.revision ?? dropped + 1) - 1 : dropped;
  }

  return {
    add(event) {
      events.push(event);
      trim();
    },
    since(revision) {
      if (revision < oldest()) return undefined;
      return visible().filter((event) => event.revision > revision);
    },
    compact(revision) {
      events = [];
      dropped = revision;
    },
    oldest,
  };
}

import { isNotServed } from '../cluster/failures.ts';
import type { WatchHandler, WatchObjects } from '../cluster/watch.ts';
import { ClusterError, Terminal } from '../engine/errors.ts';
import type { KubernetesObject } from '../engine/objects.ts';
import { concernsUs } from '../engine/ownership.ts';
import type { Cluster } from '../engine/ports.ts';
import { together } from '../engine/together.ts';
import { type Kind, lanes } from '../kinds/define.ts';
import type { Known } from '../kinds/known.ts';

export interface ReadOptions {
  readonly kinds: readonly Kind[];
  /** All namespaces where absent. */
  readonly namespace?: string;
}

/** What could be read of a cluster. */
export interface Reading {
  readonly objects: readonly Known[];
  /** Kinds that are served and may be read. */
  readonly kinds: readonly Kind[];
  /** Kinds that whoever asks may not read: theirs are left out. */
  readonly hidden: readonly Kind[];
}

/**
 * Reads every object of the kinds that is for us, in the order of lanes, kinds and names.
 * @throws {Terminal} where the cluster serves none of the kinds, and what it says where none of them may be read.
 */
export async function readObjects(cluster: Cluster, { kinds, namespace }: ReadOptions): Promise<Reading> {
  const options = namespace === undefined ? {} : { namespace };
  const refused = new Map<Kind, unknown>();
  const lists = await together(
    kinds.map(async (kind) => {
      try {
        const objects = await cluster.list(kind.resource, options);
        return [{ kind, objects: objects.map((object) => ({ kind, object })) }];
      } catch (error) {
        // Whoever uses few kinds may have installed these only.
        if (isNotServed(error)) return [];
        // Whoever has rights in a namespace has none on kinds without one.
        if (!(error instanceof ClusterError) || error.status !== 403) throw error;
        refused.set(kind, error);
        return [];
      }
    }),
  );
  const read = lists.flat();
  const [refusal] = refused.values();
  if (read.length === 0) {
    throw refusal ?? new Terminal('the cluster serves none of the kinds: install their CustomResourceDefinitions');
  }
  return {
    objects: sorted(read.flatMap(({ objects }) => objects)),
    kinds: read.map(({ kind }) => kind),
    hidden: [...refused.keys()],
  };
}

export interface Follower {
  /** All objects as they are now; called again after each change. */
  changed(objects: readonly Known[]): void;
  /** A watch had to begin anew for a reason that a person may want to know. */
  troubled(error: unknown): void;
}

/** Follows the objects until the signal aborts. The first call comes when every kind was listed. */
export async function followObjects(
  watch: WatchObjects,
  { kinds, namespace }: ReadOptions,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  const present = new Map<string, Known>();
  const unlisted = new Set(kinds);
  let isDue = false;
  const touch = (): void => {
    if (isDue || unlisted.size > 0) return;
    isDue = true;
    // What arrives together is shown together.
    setImmediate(() => {
      isDue = false;
      if (!signal.aborted) follower.changed(sorted([...present.values()]));
    });
  };
  const handlerOf = (kind: Kind): WatchHandler => ({
    *known() {
      for (const { kind: other, object } of present.values()) if (other === kind) yield identityOf(object);
    },
    seen(object) {
      present.set(object.metadata.uid, { kind, object });
      touch();
    },
    gone({ uid }) {
      present.delete(uid);
      touch();
    },
    listed(outcome) {
      // What could not be listed is not gone: it is tried again.
      if (outcome !== 'failed') unlisted.delete(kind);
      touch();
    },
    restarted(reason, error) {
      if (reason === 'cut' || reason === 'refused') follower.troubled(error);
    },
  });
  const selectionOf = ({ resource }: Kind) => ({ resource, ...(namespace === undefined ? {} : { namespace }) });
  await Promise.all(kinds.map((kind) => watch(selectionOf(kind), handlerOf(kind), signal)));
}

function identityOf({ metadata: { namespace, name, uid } }: KubernetesObject) {
  return { ...(namespace === undefined ? {} : { namespace }), name, uid };
}

/** By lane, so that what others live in comes first. What the kind says is for somebody else is left out. */
function sorted(all: readonly Known[]): readonly Known[] {
  const textOf = ({ kind, object: { metadata } }: Known): string =>
    [lanes.indexOf(kind.lane), kind.resource.kind, metadata.namespace ?? '', metadata.name].join('/');
  return all
    .filter(({ kind, object }) => concernsUs(kind, object))
    .map((one) => ({ one, text: textOf(one) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ one }) => one);
}

import { expect, vi } from 'vitest';
import { type KubernetesObject, keyOf } from '../engine/objects.ts';
import type { Identity, Restart, WatchHandler } from './watch.ts';

/** What a watch has told: the objects by name, and the story in words. */
export interface Kept {
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  readonly story: readonly string[];
  readonly restarts: readonly Restart[];
  readonly handler: WatchHandler;
}

export function keeper(): Kept {
  const objects = new Map<string, KubernetesObject>();
  const story: string[] = [];
  const restarts: Restart[] = [];
  const handler: WatchHandler = {
    known: () => [...objects.values()].map((object): Identity => ({ ...keyOf(object), uid: object.metadata.uid })),
    seen(object, sight) {
      objects.set(object.metadata.name, object);
      story.push(`${sight} ${object.metadata.name}`);
    },
    gone(identity) {
      objects.delete(identity.name);
      story.push(`gone ${identity.name}`);
    },
    listed: (outcome) => story.push(`listed: ${outcome}`),
    restarted: (reason) => restarts.push(reason),
  };
  return { objects, story, restarts, handler };
}

/** Waits until the first list is complete. */
export const listed = ({ story }: Kept) => vi.waitFor(() => expect(story).toContain('listed: complete'));

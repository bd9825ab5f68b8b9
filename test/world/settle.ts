import { type KubernetesObject, keyOf, type ObjectKey } from '../../lib/engine/objects.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import type { Cause, ObjectEventData } from '../../lib/events/event.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import type { KnownObject } from './made.ts';

/* Plays the forwarder in the most thorough way: looks at everything until nothing changes any more. */

export interface Settled {
  readonly kind: string;
  readonly name: string;
  readonly verdict: Verdict;
}

const maxRounds = 24;

/** How closely an event asks to look. */
export interface Asked {
  readonly cause: Cause;
  readonly force?: true;
}

export interface Settling {
  list(): Promise<readonly KnownObject[]>;
  look(kind: Kind, object: KubernetesObject, asked: Asked): Promise<Verdict>;
  /** Events that reconciles sent; they are taken from here. */
  readonly woken: ObjectEventData[];
  readonly cause: Cause;
  pass(seconds: number): void;
}

/** See the world's `settle`. */
export async function settle({ list, look, woken, cause, pass }: Settling): Promise<readonly Settled[]> {
  // An event that comes back from the queue is still the same event.
  const retried = new Map<string, Asked>();
  let before = await list();
  for (let round = 1, usual: Cause = cause; ; round += 1, usual = 'dependency') {
    const settled: Settled[] = [];
    for (const { kind, object } of before) {
      const { uid } = object.metadata;
      const forced = woken.some((event) => event.uid === uid && event.force === true);
      const asked = forced ? { cause: usual, force: true as const } : (retried.get(uid) ?? { cause: usual });
      const verdict = await look(kind, object, asked);
      if (verdict.is === 'retry') retried.set(uid, asked);
      else retried.delete(uid);
      if (verdict.is !== 'done') settled.push({ kind: kind.resource.kind, name: object.metadata.name, verdict });
    }
    const again = woken.splice(0).length > 0 || settled.some(({ verdict }) => verdict.is === 'retry');
    if (again) pass(60);
    const after = await list();
    const same = versions(before) === versions(after);
    if ((same && !again) || round === maxRounds) return settled;
    before = after;
  }
}

function versions(objects: readonly KnownObject[]): string {
  return objects.map(({ object }) => `${object.metadata.uid}/${object.metadata.resourceVersion}`).join();
}

/** The event for an object of the cluster `test`. */
export function eventOf({ resource }: Kind, object: KubernetesObject, asked: Asked): ObjectEventData {
  const { uid, resourceVersion, generation = 0 } = object.metadata;
  const { group, version, kind } = resource;
  return { cluster: 'test', group, version, kind, ...keyOf(object), uid, generation, resourceVersion, ...asked };
}

/** What an event still names after its object has gone. */
export function gone({ resource }: Kind, key: ObjectKey): KubernetesObject {
  return {
    apiVersion: `${resource.group}/${resource.version}`,
    kind: resource.kind,
    metadata: { ...key, uid: 'gone', resourceVersion: '1' },
  };
}

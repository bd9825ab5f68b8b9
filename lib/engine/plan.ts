import { ownerNamed } from './tags.ts';

/** One field of an entity that is not as the object wants it. Secret values are `[redacted]` on both sides. */
export interface Difference {
  readonly path: string;
  readonly desired: unknown;
  readonly observed: unknown;
}

/** An entity as Konnect returned it. */
export interface Entity {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** What was found in Konnect under the object's recorded id or, failing that, under its uid. */
export interface Observed {
  readonly entity: Entity;
  /** The uid of the object that the entity says it belongs to; absent where it carries none. */
  readonly ownerUid: string | undefined;
  readonly differences: readonly Difference[];
  /** What can not be changed any more and should be otherwise. */
  readonly frozen?: string | undefined;
}

export type Plan =
  | { readonly do: 'nothing'; readonly entity: Entity }
  | { readonly do: 'create' }
  | { readonly do: 'update'; readonly entity: Entity; readonly differences: readonly Difference[] }
  | { readonly do: 'refuse'; readonly message: string; readonly because: 'owner' | 'frozen' };

/**
 * Decides what makes Konnect agree with the object. Only an entity that carries the object's uid is ever changed, and
 * two that carry it are for a person to sort out: choosing one would orphan the other.
 */
export function plan(uid: string, observed: readonly Observed[]): Plan {
  const [first, second] = observed;
  if (first === undefined) return { do: 'create' };
  if (second !== undefined) {
    const ids = observed.map(({ entity }) => entity.id).join(', ');
    return {
      do: 'refuse',
      because: 'owner',
      message: `${observed.length} entities carry the uid of this object (${ids}): delete all but one in Konnect`,
    };
  }
  if (first.ownerUid !== uid) return { do: 'refuse', because: 'owner', message: refusal(first) };
  if (first.frozen !== undefined) return { do: 'refuse', because: 'frozen', message: first.frozen };
  return first.differences.length === 0
    ? { do: 'nothing', entity: first.entity }
    : { do: 'update', entity: first.entity, differences: first.differences };
}

/** Names who owns an entity that is not ours, so that a person can act. */
export function refusal(found: Pick<Observed, 'entity' | 'ownerUid'>): string {
  return `${belonging(found)}: change what both would have, or delete that entity`;
}

/** Says whose an entity is. */
export function belonging({ entity, ownerUid }: Pick<Observed, 'entity' | 'ownerUid'>): string {
  const named = ownerNamed(entity['tags'] ?? entity['labels']);
  const owner =
    ownerUid === undefined
      ? 'no Kubernetes object'
      : `the object with uid ${ownerUid}${named === undefined ? '' : ` (${named})`}`;
  return `the entity ${entity.id} in Konnect belongs to ${owner}`;
}

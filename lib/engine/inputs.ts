import { createHash } from 'node:crypto';
import type { Ids } from './ids.ts';
import { inputsAnnotation } from './names.ts';
import type { KubernetesObject } from './objects.ts';
import type { Refs } from './refs.ts';
import type { Run } from './run.ts';

/** What an entity is made of beside its object, such as the content of Secrets. Never logged, never stored. */
export interface Inputs {
  /** Fields of the entity, beside those that follow from the object alone. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Tags beside those of the object. */
  readonly tags: readonly string[];
  /** Patterns of the paths in `body` whose values came out of a Secret. */
  readonly secret: readonly string[];
  /** The objects that were read, each in the version that was read. */
  readonly versions: readonly string[];
}

/**
 * Reads what the entity is made of beside the object. Reports its conditions itself.
 * @throws {Wait} for what is not there yet, {Terminal} for what is wrong; nothing is written to Konnect then.
 */
export type ReadInputs = (run: Run, refs: Refs) => Promise<Inputs>;

/**
 * Stands on the object for the inputs that its entity was last written from. Made from versions and not from content:
 * whoever may read the object but not the Secret could try values until the hash fits, salt or no salt. So an edit of a
 * Secret that changes nothing of its content is one write too many.
 */
export function fingerprintOf({ versions }: Inputs, ids: Ids): string {
  const named = Object.entries(ids).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify([named, versions])).digest('base64url').slice(0, 22);
}

/** The fingerprint that was recorded after the last write; undefined before the first. */
export function recordedInputs({ metadata }: KubernetesObject): string | undefined {
  return metadata.annotations?.[inputsAnnotation];
}

/** An object in the version whose content was read: its generation counts where it has one, not a status write. */
export function versionOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.uid} ${metadata.generation ?? `version ${metadata.resourceVersion}`}`;
}

import type { Ids } from './ids.ts';
import { inputsAnnotation } from './names.ts';
import type { KubernetesObject } from './objects.ts';
import type { Refs } from './refs.ts';
import type { Run } from './run.ts';
import { annotatedTags } from './tags.ts';

const separator = '; ';

/** What an entity is made of beside its object, such as the content of Secrets. Never logged, never stored. */
export interface Inputs {
  /** Fields of the entity, beside those that follow from the object alone. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Tags beside those of the object. */
  readonly tags: readonly string[];
  /** Patterns of the paths in `body` whose values came out of a Secret. */
  readonly secret: readonly string[];
  /** The texts in those values: no error may quote them. */
  readonly secretTexts: readonly string[];
  /** The objects that were read, each in the version that was read. */
  readonly versions: readonly string[];
}

export const noInputs: Inputs = { body: {}, tags: [], secret: [], secretTexts: [], versions: [] };

/**
 * Reads what the entity is made of beside the object. Reports its conditions itself.
 * @throws {Wait} for what is not there yet, {Terminal} for what is wrong; nothing is written to Konnect then.
 */
export type ReadInputs = (run: Run, refs: Refs) => Promise<Inputs>;

/**
 * Stands on the object for the inputs that its entity was last written from: ids and versions, and nothing of any content.
 * A hash of a content would let whoever may read the object, but not the Secret, try values until it fits. The price is
 * one write too many where a Secret is touched and its content stays.
 */
export function fingerprintOf({ versions }: Inputs, ids: Ids): readonly string[] {
  const named = Object.entries(ids).sort(([one], [other]) => (one < other ? -1 : 1));
  return [...named.map(([name, id]) => `${name} ${id}`), ...versions];
}

/**
 * The same for all that an entity is made of and that does not count as a new generation of the object: its inputs, where
 * the kind has any, and tags in an annotation. Undefined where there is nothing of the kind.
 */
export function unversioned(
  { metadata }: KubernetesObject,
  inputs: Inputs | undefined,
  ids: Ids,
): readonly string[] | undefined {
  const tags = annotatedTags(metadata);
  const own = tags.length === 0 ? [] : [`own tags ${tags.join(',')}`];
  if (inputs !== undefined) return [...fingerprintOf(inputs, ids), ...own];
  return own.length === 0 ? undefined : own;
}

/** What was recorded after the last write; undefined before the first. */
export function recordedInputs({ metadata }: KubernetesObject): readonly string[] | undefined {
  return metadata.annotations?.[inputsAnnotation]?.split(separator);
}

/** The annotation that records them. */
export function inputsNote(fingerprint: readonly string[]): Readonly<Record<string, string>> {
  return { [inputsAnnotation]: fingerprint.join(separator) };
}

export function sameInputs(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return one?.join(separator) === other?.join(separator);
}

/** An object in the version whose content was read: its generation counts where it has one, not a status write. */
export function versionOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.uid} ${metadata.generation ?? `version ${metadata.resourceVersion}`}`;
}

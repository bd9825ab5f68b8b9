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
 * @returns undefined where the object says it all.
 * @throws {Wait} for what is not there yet, {Terminal} for what is wrong; nothing is written to Konnect then.
 */
export type ReadInputs = (run: Run, refs: Refs) => Promise<Inputs | undefined>;

/**
 * Stands on the object for the inputs that its entity was last written from: ids and versions, and nothing of any content.
 * A hash of a content would let whoever may read the object, but not the Secret, try values until it fits. The price is
 * one write too many where a Secret is touched and its content stays.
 */
export function fingerprintOf({ versions }: Inputs, ids: Ids): readonly string[] {
  const named = Object.entries(ids).map(([name, id]) => `${name} ${id}`);
  return [...named.sort(), ...versions];
}

/**
 * The same for any entity. Tags in an annotation of the object are no part of its generation, so they count as well.
 * Undefined where the object alone says it all, which needs no record.
 */
export function madeOf(object: KubernetesObject, inputs: Inputs | undefined, ids: Ids): readonly string[] | undefined {
  const all = [...(inputs === undefined ? [] : fingerprintOf(inputs, ids)), ...ownTags(object)];
  return all.length === 0 ? undefined : all;
}

/** False where the tags in the object's annotation are not those that its entity was last written with. */
export function tagsAreWritten(object: KubernetesObject): boolean {
  const recorded = recordedInputs(object)?.filter((part) => part.startsWith(tagsMark)) ?? [];
  return sameInputs(ownTags(object), recorded);
}

const tagsMark = 'own tags ';

function ownTags({ metadata }: KubernetesObject): readonly string[] {
  const tags = [...new Set(annotatedTags(metadata))].sort();
  // A tag may hold the separator, and has to come back as one part that is no other tag's.
  const told = tags.map((tag) => tag.replaceAll('%', '%25').replaceAll(';', '%3B'));
  return told.length === 0 ? [] : [tagsMark + told.join(',')];
}

/** What was recorded after the last write; undefined before the first. */
export function recordedInputs({ metadata }: KubernetesObject): readonly string[] | undefined {
  return metadata.annotations?.[inputsAnnotation]?.split(separator);
}

/** The annotation that records them; null takes it off where there is nothing to record any more. */
export function inputsNote(fingerprint: readonly string[] | undefined): Readonly<Record<string, string | null>> {
  return { [inputsAnnotation]: fingerprint?.join(separator) ?? null };
}

export function sameInputs(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return one?.join(separator) === other?.join(separator);
}

/** An object in the version whose content was read: its generation counts where it has one, not a status write. */
export function versionOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.uid} ${metadata.generation ?? `version ${metadata.resourceVersion}`}`;
}

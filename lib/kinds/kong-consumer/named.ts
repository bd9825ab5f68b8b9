import { domain } from '../../engine/names.ts';
import { findCondition, type KubernetesObject } from '../../engine/objects.ts';

/**
 * What a consumer names and hangs off it in Konnect, by field. What it names no more is undone, so it is noted before the
 * first is made that there may be some. The condition of a field says the same, and by another controller, but not where its
 * write was lost, or where there was no room for it.
 */
const fields = {
  consumerGroups: { note: `${domain}/groups`, condition: 'KongConsumerGroupRefsValid' },
  credentials: { note: `${domain}/credentials`, condition: 'CredentialSecretRefsValid' },
} as const;

export type Field = keyof typeof fields;

export const conditionOf = (field: Field): string => fields[field].condition;

export const notes: readonly string[] = Object.values(fields).map(({ note }) => note);

/** The notes of what the object names, as annotations. */
export function notesOf(object: KubernetesObject): Readonly<Record<string, string>> {
  const named = (['consumerGroups', 'credentials'] as const).filter((field) => namesIn(object, field).length > 0);
  return Object.fromEntries(named.map((field) => [fields[field].note, 'true']));
}

/** False: the object names none and never did, so that none has to be looked for. */
export function mayHave(object: KubernetesObject, field: Field): boolean {
  const { note, condition } = fields[field];
  const named = namesIn(object, field).length + emptyNameIn(object, field).length > 0;
  return named || object.metadata.annotations?.[note] !== undefined || findCondition(object, condition) !== undefined;
}

/** The names of groups, or of Secrets that hold credentials. */
export function namesIn(object: KubernetesObject, field: Field): readonly string[] {
  const texts = object[field];
  return Array.isArray(texts) ? texts.filter((text): text is string => typeof text === 'string' && text !== '') : [];
}

/** Kong's CRD lets an empty name through, which is nobody's: it is told, and not looked for. */
export function emptyNameIn(object: KubernetesObject, field: Field): readonly string[] {
  const texts = object[field];
  return Array.isArray(texts) && texts.includes('') ? [`an empty name stands in ${field}: take it out`] : [];
}

import type { EntityType, OnDelete } from './core-entities/entity-type.ts';

/** How the emulator behaves where what is known of Konnect contradicts itself. */
export interface Choices {
  /** What DELETE answers for a core entity that does not exist: the documents say 204, reports say 404. */
  readonly deleteMissing: 204 | 404;
  /** What `protocols` of a route is when it is left out: the document turned to `["https"]`, tests against Konnect did not. */
  readonly routeProtocols: readonly string[];
  /** By `collection.field` of a disputed reference, as in `snis.certificate`; the type's own rule where absent. */
  readonly onDelete: Readonly<Record<string, OnDelete>>;
}

export const usualChoices: Choices = { deleteMissing: 204, routeProtocols: ['http', 'https'], onDelete: {} };

/** The usual choices with some made otherwise. Throws for a reference whose rule nobody disputes, or that does not exist. */
export function choose(types: readonly EntityType[], wanted: Partial<Choices>): Choices {
  const disputed = types.flatMap(({ collection, references }) =>
    references.filter((reference) => reference.disputed).map(({ field }) => `${collection}.${field}`),
  );
  const wrong = Object.keys(wanted.onDelete ?? {}).find((name) => !disputed.includes(name));
  if (wrong !== undefined) {
    throw new Error(`\`onDelete\` names ${wrong}; the references that may be chosen for are ${disputed.join(', ')}`);
  }
  return { ...usualChoices, ...wanted };
}

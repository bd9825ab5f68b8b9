import type { Choices } from '../choices.ts';
import type { Body, JsonSchema } from '../schema.ts';
import type { Entity, Plane } from '../state.ts';
import type { Detail } from './refusals.ts';

export type OnDelete = 'restrict' | 'cascade';

/** A field that points at entities of another type. */
export interface Reference {
  /** Holds `{ id }`, or with `many` a list of ids or of objects with an id. */
  readonly field: string;
  /** Collection of the entities pointed at. */
  readonly to: string;
  /** What happens to this entity, or to the attempt, when the other is deleted. */
  readonly onDelete: OnDelete;
  /** Set where the rule is Kong Gateway's or an ancestor's and was not seen of Konnect: a choice may turn it. */
  readonly disputed?: true;
  readonly many?: true;
  /** The path segment under the other's path when the entities are served there too: `routes` in `/services/{id}/routes`. */
  readonly nested?: string;
}

/** What a type may know when it reads a body. */
export interface Reading {
  readonly choices: Choices;
  readonly now: Date;
}

/** What a type may use when it works out stored values. */
export interface Making {
  /** A new secret, 32 letters and digits. */
  readonly secret: () => string;
  /** Whether a field already holds what is to be stored, and not what the client made up. */
  readonly isStored: (field: string) => boolean;
}

/** All that the generic operations must know of one kind of core entity. */
export interface EntityType {
  /** Path segment, as in `ca_certificates`. */
  readonly collection: string;
  /** The singular, as in `ca_certificate`; error texts and operation names use it. */
  readonly name: string;
  /** JSON Schema of the fields besides id, tags and the times, which every type has. */
  readonly properties: JsonSchema;
  readonly required: readonly string[];
  /** What the server fills in where the fields given leave room. Objects are filled in depth. */
  readonly defaults: (fields: Body, choices: Choices) => Body;
  /** Fields that must be unique together in a control plane; a combination with an unset field is free. */
  readonly keys: readonly (readonly string[])[];
  /** Fields that must be unique together where an unset one counts as well, and what a violation is called. */
  readonly identity?: { readonly name: string; readonly fields: readonly string[] };
  readonly references: readonly Reference[];
  /** What the collection's own path serves. Absent: everything; `read` and `nothing`: writes go below another entity. */
  readonly served?: 'read' | 'nothing';
  /** Credentials have no `updated_at`. */
  readonly noUpdateTime?: true;
  /** The field that paths may give in place of the id. */
  readonly label?: string;
  /** The field that `filter[name]` looks at; lists of other types have no such filter. */
  readonly filterField?: string;
  /** Plain query parameters that lists filter by. */
  readonly filters?: readonly string[];
  /** Turns shorthands that are never stored into the fields they stand for. */
  readonly expand?: (fields: Body) => Body;
  /** Rules across fields, after defaults: a fault for each that is broken; a text is about the whole entity. */
  readonly rules?: (fields: Body, reading: Reading) => readonly (string | Detail)[];
  /** The fields as they are stored, once they passed: normal forms, digests, generated secrets. */
  readonly derive?: (fields: Body, making: Making) => Body;
  /** What GET of one entity answers, when that is not the entity alone. */
  readonly present?: (entity: Entity, plane: Plane) => Body;
  /** Most entities of this type in one control plane. */
  readonly limit: number;
}

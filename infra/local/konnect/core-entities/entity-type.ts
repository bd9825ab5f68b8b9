import type { Body, JsonSchema } from '../schema.ts';

/** A field that points at entities of another type. */
export interface Reference {
  /** Holds `{ id }`, or with `many` a list of ids. */
  readonly field: string;
  /** Collection of the entities pointed at. */
  readonly to: string;
  /** What happens to this entity, or to the attempt, when the other is deleted. */
  readonly onDelete: 'restrict' | 'cascade';
  readonly many?: true;
  /** Whether the entities are also served under the other's path, `/services/{id}/routes`. */
  readonly nested?: true;
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
  readonly defaults: (fields: Body) => Body;
  /** Fields that must be unique together in a control plane; a combination with an unset field is free. */
  readonly keys: readonly (readonly string[])[];
  readonly references: readonly Reference[];
  /** The field that paths may give in place of the id, and that `filter[name]` looks at. */
  readonly label?: string;
  /** Plain query parameters that lists filter by. */
  readonly filters?: readonly string[];
  /** Turns shorthands that are never stored into the fields they stand for. */
  readonly expand?: (fields: Body) => Body;
  /** Rules across fields, after defaults: a text for each that is broken. */
  readonly rules?: (fields: Body) => readonly string[];
  /** Most entities of this type in one control plane. */
  readonly limit: number;
}

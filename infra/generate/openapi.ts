import { isRecord } from '../../lib/engine/objects.ts';
import { absentInCrdKeyword, optionalKeyword } from '../../lib/kinds/schema.ts';

/** A schema as CustomResourceDefinition knows it: the structural subset of OpenAPI 3. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;

// Keywords that mean the same in JSON Schema and in a CRD, in the order in which a reader wants them.
const keywords = [
  'description',
  'type',
  'format',
  'nullable',
  'enum',
  'default',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'required',
  'properties',
  'items',
  'additionalProperties',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-map-type',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-validations',
] as const;

/**
 * Turns a kind's schema into that of its CRD.
 * @param at Path of the schema, for errors.
 * @throws {Error} at a keyword that a CRD can not have: dropping it would accept more than the validator does.
 */
export function toOpenApi(schema: unknown, at: string): OpenApiSchema {
  if (!isRecord(schema)) throw new Error(`${at}: a schema must be an object`);
  const { [absentInCrdKeyword]: absent, [optionalKeyword]: _, ...plain }: Record<string, unknown> = schema;
  const unknown = Object.keys(plain).find((keyword) => !keywords.some((known) => known === keyword));
  if (unknown !== undefined) throw new Error(`${at}: a CRD can not have the keyword ${unknown}`);
  if (Array.isArray(absent)) plain['required'] = without(plain['required'], absent);
  return Object.fromEntries(
    keywords.flatMap((keyword) => {
      const value = convert(keyword, plain[keyword], at);
      return value === undefined ? [] : [[keyword, value]];
    }),
  );
}

function convert(keyword: (typeof keywords)[number], value: unknown, at: string): unknown {
  if (value === undefined) return undefined;
  switch (keyword) {
    case 'properties':
      return properties(value, at);
    case 'items':
      return toOpenApi(value, `${at}[]`);
    case 'additionalProperties':
      return toOpenApi(value, `${at}[*]`);
    case 'required':
      // A set: sorted, so that moving a field in the source moves nothing here.
      return Array.isArray(value) && value.length > 0 ? [...value].sort() : undefined;
    default:
      return value;
  }
}

function properties(value: unknown, at: string): OpenApiSchema | undefined {
  if (!isRecord(value)) throw new Error(`${at}: properties must be an object`);
  const converted = Object.entries(value).map(([name, schema]) => [name, toOpenApi(schema, `${at}.${name}`)]);
  return converted.length > 0 ? Object.fromEntries(converted) : undefined;
}

function without(required: unknown, absent: readonly unknown[]): readonly unknown[] {
  return Array.isArray(required) ? required.filter((field) => !absent.includes(field)) : [];
}

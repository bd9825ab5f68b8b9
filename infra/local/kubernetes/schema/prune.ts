import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { keepsUnknown, type Schema, schemaOfKey } from './schema.ts';

const typeFields = ['apiVersion', 'kind', 'metadata'];

/**
 * Removes what the schema does not know, and nulls that are neither allowed nor replaced by a default. The paths of
 * unknown fields go into `unknown`. The object itself and embedded resources keep apiVersion, kind and metadata.
 */
export function pruneObject(object: JsonObject, schema: Schema, unknown: string[]): JsonObject {
  return pruneFields(object, schema, '', unknown, true);
}

function prune(value: Json, schema: Schema, path: string, unknown: string[]): Json {
  if (isList(value)) {
    const { items } = schema;
    if (items === undefined) return value;
    return value.map((item, index) => prune(item, items, `${path}[${index}]`, unknown));
  }
  if (!isObject(value)) return value;
  return pruneFields(value, schema, path, unknown, schema['x-kubernetes-embedded-resource'] === true);
}

function pruneFields(
  object: JsonObject,
  schema: Schema,
  path: string,
  unknown: string[],
  embedded: boolean,
): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object)) {
    const inner = path === '' ? key : `${path}.${key}`;
    const field = schemaOfKey(schema, key);
    if (embedded && typeFields.includes(key)) kept[key] = value ?? null;
    else if (field === undefined) {
      if (keepsUnknown(schema)) kept[key] = value ?? null;
      else unknown.push(inner);
    } else if (value !== null && value !== undefined) kept[key] = prune(value, field, inner, unknown);
    else if (field.nullable === true || field.default !== undefined) kept[key] = null;
  }
  return kept;
}

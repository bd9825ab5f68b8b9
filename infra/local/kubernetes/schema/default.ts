import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { type Schema, schemaOfKey } from './schema.ts';

/** The object with the schema's defaults, also those inside defaults; a value without changes is returned as it is. */
export function withDefaults(object: JsonObject, schema: Schema): JsonObject {
  const filled: Record<string, Json | undefined> = {};
  let changed = false;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const missing = object[key] === undefined || (object[key] === null && property.nullable !== true);
    if (property.default === undefined || !missing) continue;
    filled[key] = property.default;
    changed = true;
  }
  const source = changed ? { ...object, ...filled } : object;
  const completed: Record<string, Json | undefined> = {};
  for (const [key, value] of Object.entries(source)) {
    const field = schemaOfKey(schema, key);
    const inner = field === undefined ? value : defaultsIn(value, field);
    completed[key] = inner;
    changed ||= inner !== value;
  }
  return changed ? completed : object;
}

function defaultsIn(value: Json | undefined, schema: Schema): Json | undefined {
  if (isObject(value)) return withDefaults(value, schema);
  const { items } = schema;
  if (!isList(value) || items === undefined) return value;
  const completed = value.map((item) => {
    if (item === null && items.nullable !== true && items.default !== undefined) return items.default;
    return defaultsIn(item, items) ?? null;
  });
  return completed.some((item, index) => item !== value[index]) ? completed : value;
}

import { duplicate, type FieldError } from '../field-errors.ts';
import { isList, isObject, type Json, sorted } from '../json.ts';
import { itemKey, type Schema, schemaOfKey } from './schema.ts';

/** Repeated items in lists of type set and map, anywhere in a value. */
export function listTypeErrors(value: Json | undefined, schema: Schema, path = ''): readonly FieldError[] {
  if (isList(value)) {
    const { items } = schema;
    const inner =
      items === undefined ? [] : value.flatMap((item, index) => listTypeErrors(item, items, `${path}[${index}]`));
    return [...repeated(value, schema, path), ...inner];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const field = schemaOfKey(schema, key);
    if (field === undefined) return [];
    const named = Object.hasOwn(schema.properties ?? {}, key);
    const place = named ? (path === '' ? key : `${path}.${key}`) : `${path}[${key}]`;
    return listTypeErrors(item, field, place);
  });
}

function repeated(items: readonly Json[], schema: Schema, path: string): readonly FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const seen = new Set<string>();
  const reported = new Set<string>();
  return items.flatMap((item, index) => {
    const key = (type === 'map' ? itemKey(item, schema) : undefined) ?? JSON.stringify(item);
    const again = seen.has(key) && !reported.has(key);
    if (again) reported.add(key);
    seen.add(key);
    return again ? [duplicate(`${path}[${index}]`, type === 'map' ? keyFields(item, schema) : sorted(item))] : [];
  });
}

function keyFields(item: Json, schema: Schema): Json {
  if (!isObject(item)) return item;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return Object.fromEntries(keys.flatMap((key) => (item[key] === undefined ? [] : [[key, item[key]]])));
}

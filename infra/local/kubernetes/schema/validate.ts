import { type FieldError, invalidField, required, rootPath, tooMany } from '../field-errors.ts';
import { isList, isObject, type Json, type JsonObject, same } from '../json.ts';
import { enumErrors, scalarErrors, typeErrors } from './scalar-errors.ts';
import { itemKey, type Schema, schemaOfKey } from './schema.ts';

/**
 * Validates a value against a schema with the texts of the real API server. `old` is the value before an update: what
 * did not change is not complained about (ratcheting).
 */
export function validate(value: Json, schema: Schema, path: string, old: Json | undefined): readonly FieldError[] {
  if (old !== undefined && same(value, old)) return [];
  if (value === null) return [...typeErrors(value, schema, path), ...nullEnumErrors(schema, path)];
  return [
    ...typeErrors(value, schema, path),
    ...combinedErrors(value, schema, path),
    ...scalarErrors(value, schema, path),
    ...(isList(value) ? listErrors(value, schema, path, old) : []),
    ...enumErrors(value, schema, path),
    ...(isObject(value) ? objectErrors(value, schema, path, old) : []),
  ];
}

function nullEnumErrors(schema: Schema, path: string): readonly FieldError[] {
  return schema.nullable === true ? [] : enumErrors(null, schema, path);
}

function failure(path: string, text: string): FieldError {
  return invalidField(rootPath, '', `"${path}" ${text}`);
}

function fewest(results: readonly (readonly FieldError[])[]): readonly FieldError[] {
  return results.reduce((best, next) => (next.length < best.length ? next : best), results[0] ?? []);
}

function anyOfErrors(value: Json, schema: Schema, path: string): readonly FieldError[] {
  if (schema.anyOf === undefined) return [];
  const results = schema.anyOf.map((option) => validate(value, option, path, undefined));
  if (results.some((errors) => errors.length === 0)) return [];
  return [failure(path, 'must validate at least one schema (anyOf)'), ...fewest(results)];
}

function oneOfErrors(value: Json, schema: Schema, path: string): readonly FieldError[] {
  if (schema.oneOf === undefined) return [];
  const results = schema.oneOf.map((option) => validate(value, option, path, undefined));
  const valid = results.filter((errors) => errors.length === 0).length;
  if (valid === 1) return [];
  const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
  const text = failure(path, `must validate one and only one schema (oneOf). ${found}`);
  return [text, ...(valid === 0 ? fewest(results) : [])];
}

function allOfErrors(value: Json, schema: Schema, path: string): readonly FieldError[] {
  if (schema.allOf === undefined) return [];
  const results = schema.allOf.map((option) => validate(value, option, path, undefined));
  const valid = results.filter((errors) => errors.length === 0).length;
  if (valid === results.length) return [];
  const none = valid === 0 ? '. None validated' : '';
  return [...results.flat(), failure(path, `must validate all the schemas (allOf)${none}`)];
}

function combinedErrors(value: Json, schema: Schema, path: string): readonly FieldError[] {
  const excluded = schema.not !== undefined && validate(value, schema.not, path, undefined).length === 0;
  return [
    ...anyOfErrors(value, schema, path),
    ...oneOfErrors(value, schema, path),
    ...allOfErrors(value, schema, path),
    ...(excluded ? [failure(path, 'must not validate the schema (not)')] : []),
  ];
}

function oldItems(schema: Schema, old: Json | undefined): ReadonlyMap<string, Json> {
  if (!isList(old) || schema['x-kubernetes-list-type'] !== 'map') return new Map();
  return new Map(old.map((item) => [itemKey(item, schema) ?? '', item]));
}

function listErrors(
  value: readonly Json[],
  schema: Schema,
  path: string,
  old: Json | undefined,
): readonly FieldError[] {
  const { items, minItems, maxItems } = schema;
  const before = oldItems(schema, old);
  const inner =
    items === undefined
      ? []
      : value.flatMap((item, index) =>
          validate(item, items, `${path}[${index}]`, before.get(itemKey(item, schema) ?? '')),
        );
  const few = minItems !== undefined && value.length < minItems;
  const many = maxItems !== undefined && value.length > maxItems;
  return [
    ...inner,
    ...(few ? [invalidField(path, value.length, `${path} in body should have at least ${minItems} items`)] : []),
    ...(many ? [tooMany(path, value.length, maxItems)] : []),
  ];
}

function propertyCountErrors(count: number, schema: Schema, path: string): readonly FieldError[] {
  const { minProperties, maxProperties } = schema;
  const few = minProperties !== undefined && count < minProperties;
  const many = maxProperties !== undefined && count > maxProperties;
  return [
    ...(few ? [invalidField(path, count, `${path} in body should have at least ${minProperties} properties`)] : []),
    ...(many ? [tooMany(path, count, maxProperties)] : []),
  ];
}

function objectErrors(value: JsonObject, schema: Schema, path: string, old: Json | undefined): readonly FieldError[] {
  const before = isObject(old) ? old : {};
  const inner = Object.entries(value).flatMap(([key, item]) => {
    const field = schemaOfKey(schema, key);
    const place = path === '' ? key : `${path}.${key}`;
    return field === undefined ? [] : validate(item ?? null, field, place, before[key]);
  });
  const missing = (schema.required ?? []).filter((key) => !Object.hasOwn(value, key));
  return [
    ...propertyCountErrors(Object.keys(value).length, schema, path),
    ...inner,
    ...missing.map((key) => required(path === '' ? key : `${path}.${key}`)),
  ];
}

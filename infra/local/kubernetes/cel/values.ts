import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { hasFormat } from '../schema/formats.ts';
import { keepsUnknown, type Schema } from '../schema/schema.ts';

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const escapes: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

const escapedNames = new Map<string, string | undefined>();

/** A property name as CEL sees it; undefined for one that CEL can not name. Names come from schemas, so they are few. */
export function escapedName(name: string): string | undefined {
  if (!escapedNames.has(name)) escapedNames.set(name, nameInCel(name));
  return escapedNames.get(name);
}

function nameInCel(name: string): string | undefined {
  if (reserved.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined;
  return name.replace(/__|[-./]/g, (part) => escapes[part] ?? part);
}

const metaSchema: Schema = {
  type: 'object',
  properties: { name: { type: 'string' }, generateName: { type: 'string' } },
};

/** The schema of a whole object for its rules: of metadata, rules see the name only. */
export function rootSchema(schema: Schema): Schema {
  const text: Schema = { type: 'string' };
  return { ...schema, properties: { ...schema.properties, apiVersion: text, kind: text, metadata: metaSchema } };
}

/** A JSON value in CEL's types: whole numbers of integer fields as bigint, times as Date, names escaped. */
export function celValue(value: Json, schema: Schema | undefined): unknown {
  if (typeof value === 'string') return celText(value, schema);
  if (typeof value === 'number') return celNumber(value, schema);
  if (isList(value)) return value.map((item) => celValue(item, schema?.items));
  return isObject(value) ? celObject(value, schema) : value;
}

function celText(value: string, schema: Schema | undefined): unknown {
  if (schema?.format !== 'date-time' && schema?.format !== 'date') return value;
  return hasFormat(schema.format, value) ? new Date(value) : value;
}

function celNumber(value: number, schema: Schema | undefined): bigint | number {
  return Number.isInteger(value) && schema?.type !== 'number' ? BigInt(value) : value;
}

function celObject(value: JsonObject, schema: Schema | undefined): unknown {
  if (schema === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true) return celMap(value, schema);
  if (isObject(schema.additionalProperties) || keepsUnknown(schema)) return celMap(value, schema);
  const fields: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const item = value[name];
    const escaped = escapedName(name);
    if (item === undefined || escaped === undefined) continue;
    fields[escaped] = celValue(item, property);
  }
  return fields;
}

function celMap(value: JsonObject, schema: Schema | undefined): Record<string, unknown> {
  const other = isObject(schema?.additionalProperties) ? schema.additionalProperties : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const property = schema?.properties?.[key];
      const name = property === undefined ? key : (escapedName(key) ?? key);
      return [name, celValue(item ?? null, property ?? other)];
    }),
  );
}

import { type FieldError, invalidField, notSupported, tooLong, typeInvalid } from '../field-errors.ts';
import { goJson, isList, isObject, type Json, same, sorted } from '../json.ts';
import { hasFormat, isKnownFormat } from './formats.ts';
import { goPattern } from './pattern.ts';
import type { Schema } from './schema.ts';

/** The JSON schema name of a value's type; whole numbers are integers. */
function typeName(value: Json): string {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return isObject(value) ? 'object' : typeof value;
}

function formatOfType(type: string): string {
  if (type === 'integer') return 'int64';
  return type === 'number' ? 'double' : '';
}

function typesOf(schema: Schema): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return schema.type === undefined ? [] : [schema.type];
}

function wrongType(path: string, type: string, found: string): FieldError {
  return typeInvalid(path, found, `${path} in body must be of type ${type}: "${found}"`);
}

/** The type check; where a format is given, the real server's text names the format instead of the type. */
export function typeErrors(value: Json, schema: Schema, path: string): readonly FieldError[] {
  const types = typesOf(schema);
  const format = schema.format !== undefined && isKnownFormat(schema.format) ? schema.format : '';
  const found = typeName(value);
  if (types.length === 0) return [];
  if (value === null) return schema.nullable === true ? [] : [wrongType(path, types.join(','), 'null')];
  const fits = types.includes(found) || (found === 'integer' && types.includes('number'));
  if (fits) return [];
  const textual = found === 'string' || found === 'array';
  const numeric = types.includes('integer') || types.includes('number');
  if (format !== '' && !textual) return [wrongType(path, format, formatOfType(found))];
  if (format !== '' && !numeric) return [];
  return [wrongType(path, types.join(','), found)];
}

/** maxLength, minLength and pattern: the first that fails, as the real server stops there. */
function textErrors(value: string, schema: Schema, path: string): readonly FieldError[] {
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) return [tooLong(path, schema.maxLength)];
  if (schema.minLength !== undefined && length < schema.minLength) {
    return [invalidField(path, value, `${path} in body should be at least ${schema.minLength} chars long`)];
  }
  if (schema.pattern !== undefined && !goPattern(schema.pattern).test(value)) {
    return [invalidField(path, value, `${path} in body should match '${schema.pattern}'`)];
  }
  return [];
}

function formatErrors(value: string, schema: Schema, path: string): readonly FieldError[] {
  const { format } = schema;
  if (format === undefined || hasFormat(format, value)) return [];
  return [typeInvalid(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`)];
}

function multipleErrors(value: number, schema: Schema, path: string): readonly FieldError[] {
  const { multipleOf } = schema;
  if (multipleOf === undefined || Number.isInteger(value / multipleOf)) return [];
  return [invalidField(path, value, `${path} in body should be a multiple of ${multipleOf}`)];
}

function boundErrors(value: number, schema: Schema, path: string): readonly FieldError[] {
  const { minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false } = schema;
  const low = minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum);
  const high = maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum);
  const least = exclusiveMinimum ? 'greater than' : 'greater than or equal to';
  const most = exclusiveMaximum ? 'less than' : 'less than or equal to';
  return [
    ...(low ? [invalidField(path, value, `${path} in body should be ${least} ${minimum}`)] : []),
    ...(high ? [invalidField(path, value, `${path} in body should be ${most} ${maximum}`)] : []),
  ];
}

/** The checks of texts and numbers. */
export function scalarErrors(value: Json, schema: Schema, path: string): readonly FieldError[] {
  if (typeof value === 'string') {
    return [...textErrors(value, schema, path), ...formatErrors(value, schema, path)];
  }
  if (typeof value !== 'number') return [];
  return [...multipleErrors(value, schema, path), ...boundErrors(value, schema, path)];
}

/** The enum check, for values of every type. */
export function enumErrors(value: Json, schema: Schema, path: string): readonly FieldError[] {
  const allowed = schema.enum;
  if (allowed === undefined || allowed.some((item) => same(item, value))) return [];
  return [
    notSupported(
      path,
      sorted(value),
      allowed.map((item) => (typeof item === 'string' ? item : goJson(item))),
    ),
  ];
}

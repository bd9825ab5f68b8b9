import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { goTypeOf } from '../meta/decode.ts';
import { type FieldType, modelOf } from './model.ts';

/** A value as a built-in kind keeps it, with the paths of the fields that the kind does not have. */
export interface Conformed {
  readonly value: JsonObject;
  readonly unknown: readonly string[];
}

/**
 * Decodes a value into a built-in model as Go's decoder does: unknown fields go, nulls and empty optional values go, a
 * wrong type throws a plain Error with the decoder's text. `skip` names fields that are decoded elsewhere.
 */
export function conform(model: string, value: JsonObject, skip: readonly string[]): Conformed {
  const unknown: string[] = [];
  const decoded = decodeModel(model, value, { struct: '', path: '', goPath: '', unknown, skip });
  return { value: decoded, unknown };
}

/** Where a value stands: `path` for unknown fields, `goPath` without indices and keys for Go's texts. */
interface Place {
  readonly struct: string;
  readonly path: string;
  readonly goPath: string;
  readonly unknown: string[];
  readonly skip: readonly string[];
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function below(place: Place, struct: string, name: string): Place {
  const { path, goPath, unknown } = place;
  return { struct, path: joined(path, name), goPath: joined(goPath, name), unknown, skip: [] };
}

/** The name of the Go struct behind a class of the client. */
function structOf(model: string): string {
  return model.replace(/^(CoreV1|EventsV1|V1)/, '');
}

function decodeModel(model: string, value: JsonObject, place: Place): JsonObject {
  const { fields } = modelOf(model);
  const decoded: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) {
    const field = fields.get(name);
    const inner = below(place, structOf(model), name);
    if (place.skip.includes(name)) decoded[name] = item ?? null;
    else if (field === undefined) place.unknown.push(inner.path);
    else if (item !== null && item !== undefined) {
      const kept = decodeValue(field.type, item, inner);
      if (field.required || !isEmpty(kept, field.type)) decoded[name] = kept;
    }
  }
  return decoded;
}

function isEmpty(value: Json, type: FieldType): boolean {
  if (type.is === 'string') return value === '';
  if (type.is === 'list') return isList(value) && value.length === 0;
  return type.is === 'map' && isObject(value) && Object.keys(value).length === 0;
}

function decodeValue(type: FieldType, value: Json, place: Place): Json {
  switch (type.is) {
    case 'any':
      return value;
    case 'string':
      return decodeText(value, type.format, place);
    case 'boolean':
      return expect(typeof value === 'boolean', value, 'bool', place);
    case 'integer':
      return expect(Number.isInteger(value), value, type.format, place);
    case 'number':
      return expect(typeof value === 'number', value, 'float64', place);
    case 'int-or-string':
      return expect(typeof value === 'string' || Number.isInteger(value), value, 'int32', place);
    case 'list':
      if (!isList(value)) throw mismatch(value, '[]', place);
      return value.map((item, index) => decodeItem(type.of, item, { ...place, path: `${place.path}[${index}]` }));
    case 'map':
      if (!isObject(value)) throw mismatch(value, 'map[string]', place);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => {
          const inner = { ...place, path: joined(place.path, key) };
          return [key, decodeItem(type.of, item ?? null, inner)];
        }),
      );
    case 'model':
      if (!isObject(value)) throw mismatch(value, structOf(type.model), place);
      return decodeModel(type.model, value, place);
    default:
      return type satisfies never;
  }
}

const timeLayouts: Readonly<Record<string, readonly [RegExp, string]>> = {
  'date-time': [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/, '2006-01-02T15:04:05Z07:00'],
  'micro-time': [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}(Z|[+-]\d{2}:\d{2})$/, '2006-01-02T15:04:05.000000Z07:00'],
};

function decodeText(value: Json, format: string, place: Place): Json {
  const type = format === 'byte' ? '[]uint8' : 'string';
  if (typeof value !== 'string') throw mismatch(value, type, place);
  const [pattern, layout = ''] = timeLayouts[format] ?? [];
  if (pattern === undefined || pattern.test(value)) return value;
  const rest = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(.*)$/.exec(value)?.[1];
  const [found, wanted] = rest === undefined ? [value, '2006'] : [rest, layout.slice(19, layout.indexOf('Z'))];
  const quoted = JSON.stringify(value);
  throw new Error(`parsing time ${quoted} as "${layout}": cannot parse ${JSON.stringify(found)} as "${wanted}"`);
}

// Go turns a null inside a list or a map into the zero value of its type.
function decodeItem(type: FieldType, item: Json, place: Place): Json {
  if (item !== null) return decodeValue(type, item, place);
  return type.is === 'string' ? '' : null;
}

function expect(fits: boolean, value: Json, type: string, place: Place): Json {
  if (!fits) throw mismatch(value, type, place);
  return value;
}

function mismatch(value: Json, type: string, { struct, goPath }: Place): Error {
  const field = `${struct}.${goPath}`;
  return new Error(`json: cannot unmarshal ${goTypeOf(value)} into Go struct field ${field} of type ${type}`);
}

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
export function conform(model: string, value: JsonObject, kind: string, skip: readonly string[]): Conformed {
  const unknown: string[] = [];
  const decoded = decodeModel(model, value, { root: kind, path: '', unknown, skip });
  return { value: decoded, unknown };
}

interface Place {
  readonly root: string;
  readonly path: string;
  readonly unknown: string[];
  readonly skip: readonly string[];
}

function below(place: Place, name: string): Place {
  return { ...place, path: place.path === '' ? name : `${place.path}.${name}`, skip: [] };
}

function decodeModel(model: string, value: JsonObject, place: Place): JsonObject {
  const { fields } = modelOf(model);
  const decoded: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) {
    const field = fields.get(name);
    if (place.skip.includes(name)) decoded[name] = item ?? null;
    else if (field === undefined) place.unknown.push(below(place, name).path);
    else if (item !== null && item !== undefined) {
      const kept = decodeValue(field.type, item, below(place, name));
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
      return expect(typeof value === 'string', value, 'string', place);
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
        Object.entries(value).map(([key, item]) => [key, decodeItem(type.of, item ?? null, below(place, key))]),
      );
    case 'model':
      if (!isObject(value)) throw mismatch(value, type.model, place);
      return decodeModel(type.model, value, place);
    default:
      return type satisfies never;
  }
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

function mismatch(value: Json, type: string, place: Place): Error {
  const field = `${place.root}.${place.path}`;
  return new Error(`json: cannot unmarshal ${goTypeOf(value)} into Go struct field ${field} of type ${type}`);
}

import { type Body, isBody } from '../../schema.ts';
import { type Detail, fieldDetail } from '../refusals.ts';
import type { Field, ListField, RecordField, ValueField } from './config-schema.ts';

/** Every fault of a configuration before it is completed, in the words of Kong's schema library; null is the same as unset. */
export function configFaults(record: RecordField, config: Body, path = 'config'): readonly Detail[] {
  const { fields, shorthands = {} } = record;
  const unknown = Object.keys(config).filter((name) => !(name in fields) && !(name in shorthands));
  const known = Object.entries(fields).flatMap(([name, field]) => fieldFaults(field, config[name], `${path}.${name}`));
  const short = Object.entries(shorthands).flatMap(([name, target]) => {
    const field = at(record, target);
    return field === undefined ? [] : fieldFaults(field, config[name], `${path}.${name}`);
  });
  return [...unknown.map((name) => fieldDetail(`${path}.${name}`, ['unknown field'])), ...known, ...short];
}

function fieldFaults(field: Field, value: unknown, path: string): readonly Detail[] {
  if (value === undefined || value === null) {
    const missing = field.required && field.default === undefined && field.type !== 'record';
    return missing ? [fieldDetail(path, ['required field missing'])] : [];
  }
  switch (field.type) {
    case 'record':
      return isBody(value) ? configFaults(field, value, path) : [fieldDetail(path, ['expected a record'])];
    case 'array':
    case 'set':
      return listFaults(field, value, path);
    default:
      return messages(path, valueFault(field, value));
  }
}

function listFaults(
  { type, elements, len_min: least = 0 }: ListField,
  value: unknown,
  path: string,
): readonly Detail[] {
  if (!Array.isArray(value)) return [fieldDetail(path, [type === 'array' ? 'expected an array' : 'expected a set'])];
  if (value.length < least) return [fieldDetail(path, [`length must be at least ${least}`])];
  return value.flatMap((item: unknown, index) => messages(`${path}[${index}]`, valueFault(elements, item)));
}

function valueFault(field: ValueField, value: unknown): string | undefined {
  if (typeof value === 'string') return field.type === 'string' ? textFault(field, value) : expected(field);
  if (typeof value === 'boolean') return field.type === 'boolean' ? undefined : expected(field);
  if (typeof value !== 'number') return expected(field);
  if (field.type === 'integer' ? !Number.isInteger(value) : field.type !== 'number') return expected(field);
  return numberFault(field, value);
}

/** An empty string is none unless the schema says so; a reference to a vault is any string. */
function textFault({ one_of: choices, len_min: least = 1 }: ValueField, value: string): string | undefined {
  if (value.length < least) return `length must be at least ${least}`;
  return choices === undefined || choices.includes(value) ? undefined : `expected one of: ${choices.join(', ')}`;
}

function numberFault({ one_of: choices, between, gt }: ValueField, value: number): string | undefined {
  if (between !== undefined && (value < between[0] || value > between[1])) {
    return `value should be between ${between[0]} and ${between[1]}`;
  }
  if (gt !== undefined && value <= gt) return `value must be greater than ${gt}`;
  return choices === undefined || choices.includes(value) ? undefined : `expected one of: ${choices.join(', ')}`;
}

function expected({ type }: ValueField): string {
  return type === 'integer' ? 'expected an integer' : `expected a ${type}`;
}

function messages(path: string, fault: string | undefined): readonly Detail[] {
  return fault === undefined ? [] : [fieldDetail(path, [fault])];
}

/** The field that a shorthand stands for. */
function at(record: RecordField, [name, ...rest]: readonly string[]): Field | undefined {
  const field = name === undefined ? undefined : record.fields[name];
  return rest.length > 0 && field?.type === 'record' ? at(field, rest) : field;
}

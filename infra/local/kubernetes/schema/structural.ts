import { ParseError } from '@marcbachmann/cel-js';
import { compileRule } from '../cel/rules.ts';
import { type FieldError, forbiddenField, invalidField, notSupported, required } from '../field-errors.ts';
import { isObject, type Json, type JsonObject, listOf, objectOf, textOf } from '../json.ts';
import { goPattern } from './pattern.ts';

type Level = 'root' | 'item' | 'field';

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const emptyType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/** What is wrong with a schema of a CustomResourceDefinition: it must be structural, its rules must be CEL. */
export function structuralErrors(schema: JsonObject, path: string): readonly FieldError[] {
  return [...schemaErrors(schema, path, 'root')].sort((left, right) => (left.field < right.field ? -1 : 1));
}

function schemaErrors(schema: JsonObject, path: string, level: Level): readonly FieldError[] {
  return [
    ...typeErrors(schema, path, level),
    ...patternErrors(schema, path),
    ...listErrors(schema, path),
    ...ruleErrors(schema, path),
    ...defaultErrors(schema, path, level),
    ...innerErrors(schema, path, level),
    ...junctorErrors(schema, path),
  ];
}

function typeErrors(schema: JsonObject, path: string, level: Level): readonly FieldError[] {
  const type = textOf(schema['type']) ?? '';
  const free = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type === '') return free ? [] : [required(`${path}.type`, emptyType[level])];
  if (!types.includes(type)) return [notSupported(`${path}.type`, type, types)];
  if (level === 'root' && type !== 'object') return [invalidField(`${path}.type`, type, 'must be object at the root')];
  return [];
}

function patternErrors(schema: JsonObject, path: string): readonly FieldError[] {
  const pattern = textOf(schema['pattern']);
  if (pattern === undefined) return [];
  try {
    goPattern(pattern);
    return [];
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [invalidField(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${text}`)];
  }
}

function listErrors(schema: JsonObject, path: string): readonly FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  const keys = listOf(schema['x-kubernetes-list-map-keys']);
  const place = `${path}.x-kubernetes-list-type`;
  const known = ['atomic', 'map', 'set'];
  return [
    ...(schema['uniqueItems'] === true
      ? [
          forbiddenField(
            `${path}.uniqueItems`,
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...(schema['type'] === 'array' && !isObject(schema['items'])
      ? [required(`${path}.items`, 'must be specified')]
      : []),
    ...(listType === undefined || known.includes(String(listType)) ? [] : [notSupported(place, listType, known)]),
    ...(listType === 'map' && keys.length === 0
      ? [required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')]
      : []),
  ];
}

function ruleErrors(schema: JsonObject, path: string): readonly FieldError[] {
  return listOf(schema['x-kubernetes-validations']).flatMap((rule, index) => {
    const place = `${path}.x-kubernetes-validations[${index}]`;
    const text = textOf(objectOf(rule)['rule']);
    if (!isObject(rule) || text === undefined || text.trim() === '')
      return [required(`${place}.rule`, 'rule is not specified')];
    try {
      compileRule({ ...rule, rule: text });
      return [];
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      return [
        invalidField(`${place}.rule`, text, `compilation failed: ERROR: <input>: Syntax error: ${error.summary}`),
      ];
    }
  });
}

function defaultErrors(schema: JsonObject, path: string, level: Level): readonly FieldError[] {
  if (schema['default'] === undefined || level !== 'root') return [];
  return [forbiddenField(`${path}.default`, 'must not be set at the root')];
}

function innerErrors(schema: JsonObject, path: string, level: Level): readonly FieldError[] {
  const properties = Object.entries(objectOf(schema['properties']));
  const { items, additionalProperties } = schema;
  const both = additionalProperties !== undefined && properties.length > 0;
  return [
    ...properties.flatMap(([name, property]) =>
      schemaErrors(objectOf(property), `${path}.properties[${name}]`, 'field'),
    ),
    ...(isObject(items) ? schemaErrors(items, `${path}.items`, 'item') : []),
    ...(isObject(additionalProperties)
      ? schemaErrors(additionalProperties, `${path}.additionalProperties`, 'field')
      : []),
    ...(both
      ? [forbiddenField(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')]
      : []),
    ...(level === 'root' && additionalProperties !== undefined
      ? [forbiddenField(`${path}.additionalProperties`, 'must not be used at the root')]
      : []),
  ];
}

// Inside allOf, anyOf, oneOf and not only value validation is allowed, but for the known int-or-string pattern.
function junctorErrors(schema: JsonObject, path: string): readonly FieldError[] {
  const free = schema['x-kubernetes-int-or-string'] === true;
  const options = ['allOf', 'anyOf', 'oneOf'].flatMap((name) =>
    listOf(schema[name]).map((option, index): readonly [string, Json] => [`${path}.${name}[${index}]`, option]),
  );
  const { not } = schema;
  if (not !== undefined) options.push([`${path}.not`, not]);
  return options.flatMap(([place, option]) => {
    const { type, description, default: value } = objectOf(option);
    const text = 'must be empty to be structural';
    return [
      ...(type === undefined || free ? [] : [forbiddenField(`${place}.type`, text)]),
      ...(description === undefined ? [] : [forbiddenField(`${place}.description`, text)]),
      ...(value === undefined ? [] : [forbiddenField(`${place}.default`, text)]),
    ];
  });
}

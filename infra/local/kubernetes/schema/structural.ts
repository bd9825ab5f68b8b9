import { ruleProblem } from '../cel/check.ts';
import { type FieldError, forbiddenField, invalidField, notSupported, required, rootPath } from '../field-errors.ts';
import { isObject, type Json, type JsonObject, listOf, objectOf, textOf } from '../json.ts';
import { goPattern } from './pattern.ts';
import { validate } from './validate.ts';

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
    ...ruleErrors(schema, path, level),
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

/** A rule as the server's internal form shows it. */
function shownRule(rule: JsonObject): JsonObject {
  return {
    Rule: rule['rule'] ?? '',
    Message: rule['message'] ?? '',
    MessageExpression: rule['messageExpression'] ?? '',
    Reason: rule['reason'] ?? null,
    FieldPath: rule['fieldPath'] ?? '',
    OptionalOldSelf: rule['optionalOldSelf'] ?? null,
  };
}

function ruleErrors(schema: JsonObject, path: string, level: Level): readonly FieldError[] {
  return listOf(schema['x-kubernetes-validations']).flatMap((item, index) => {
    const place = `${path}.x-kubernetes-validations[${index}].rule`;
    const rule = objectOf(item);
    const text = textOf(rule['rule']) ?? '';
    if (text.trim() === '') return [required(place, 'rule is not specified')];
    const problem = ruleProblem({ ...rule, rule: text }, schema, level === 'root');
    return problem === undefined ? [] : [invalidField(place, shownRule(rule), problem)];
  });
}

function defaultErrors(schema: JsonObject, path: string, level: Level): readonly FieldError[] {
  const { default: value } = schema;
  if (value === undefined) return [];
  if (level === 'root') return [forbiddenField(`${path}.default`, 'must not be set at the root')];
  // Structural by then, so it is a schema; errors inside a default keep their own path below it.
  return validate(value, schema, '', undefined).map((error) => ({
    ...error,
    field: error.field === '' || error.field === rootPath ? `${path}.default` : `${path}.default.${error.field}`,
  }));
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

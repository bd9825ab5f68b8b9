import type { JsonObject } from '../json.ts';
import { mergeKeys } from '../patch/merge-keys.ts';
import { type FieldType, type ModelField, modelOf } from '../resources/model.ts';

/** The namespace of the schemas of object metadata. */
export const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const metaModels = [
  'V1ObjectMeta',
  'V1OwnerReference',
  'V1LabelSelector',
  'V1LabelSelectorRequirement',
  'V1ManagedFieldsEntry',
];

function groupPath(group: string): string {
  if (group.endsWith('.k8s.io')) return group.replace(/\.k8s\.io$/, '').split('.')[0] ?? group;
  return group === '' ? 'core' : group;
}

/** The name of a built-in model in OpenAPI, for example `io.k8s.api.core.v1.Secret`. */
export function modelName(model: string, group: string): string {
  const kind = model.replace(/^(V1|CoreV1|EventsV1)/, '');
  if (metaModels.includes(model)) return `${meta}.${kind}`;
  return `io.k8s.api.${groupPath(group)}.v1.${kind}`;
}

// The client's declarations leave this one out.
const metaDescription =
  "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

/** Where schemas are collected: those that are met go into `schemas`, references begin with `prefix`. */
export interface Place {
  readonly group: string;
  readonly prefix: string;
  readonly schemas: Record<string, JsonObject>;
}

/** A reference to the schema of a built-in model, which is made, with all that it needs, when it is not there yet. */
export function modelReference(model: string, place: Place): JsonObject {
  const name = modelName(model, place.group);
  if (place.schemas[name] === undefined) {
    place.schemas[name] = {}; // models refer to each other in circles
    place.schemas[name] = modelSchema(model, place);
  }
  return { $ref: `${place.prefix}${name}` };
}

function typeSchema(type: FieldType, place: Place): JsonObject {
  switch (type.is) {
    case 'any':
      return { type: 'object' };
    case 'int-or-string':
      return { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' };
    case 'list':
      return { type: 'array', items: typeSchema(type.of, place) };
    case 'map':
      return { type: 'object', additionalProperties: typeSchema(type.of, place) };
    case 'model':
      return modelReference(type.model, place);
    case 'string':
    case 'boolean':
    case 'integer':
    case 'number': {
      const format = type.format.replace('micro-time', 'date-time');
      return { type: type.is, ...(format === '' ? {} : { format }) };
    }
    default:
      return type satisfies never;
  }
}

/** How a strategic merge patch treats a field. */
function mergeHints(field: string): JsonObject {
  const key = mergeKeys[field];
  if (key === undefined) return {};
  const strategy = { 'x-kubernetes-patch-strategy': 'merge' };
  return key === '' ? strategy : { ...strategy, 'x-kubernetes-patch-merge-key': key };
}

function fieldSchema(model: string, name: string, field: ModelField, place: Place): JsonObject {
  const description = field.description || (name === 'metadata' ? metaDescription : '');
  const inner = typeSchema(field.type, place);
  const wrapped = inner['$ref'] === undefined ? inner : { allOf: [inner], default: {} };
  return { ...(description === '' ? {} : { description }), ...wrapped, ...mergeHints(`${model}.${name}`) };
}

function modelSchema(model: string, place: Place): JsonObject {
  const { description, fields } = modelOf(model);
  const properties = [...fields].map(([name, field]) => [name, fieldSchema(model, name, field, place)]);
  const required = [...fields].filter(([, field]) => field.required).map(([name]) => name);
  return {
    ...(description === '' ? {} : { description }),
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
  };
}

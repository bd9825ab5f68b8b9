import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { mergeKeys } from '../patch/merge-keys.ts';
import { type FieldType, modelOf } from '../resources/model.ts';
import type { Registry } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';

/** Named schemas of one group and version, and how a kind finds its own. */
export interface Schemas {
  readonly schemas: Readonly<Record<string, JsonObject>>;
  nameOf(resource: Resource): string;
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
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
function modelName(model: string, group: string): string {
  const kind = model.replace(/^(V1|CoreV1|EventsV1)/, '');
  if (metaModels.includes(model)) return `${meta}.${kind}`;
  return `io.k8s.api.${groupPath(group)}.v1.${kind}`;
}

/** The name of a custom kind: its group backwards, its version, its name. */
function customName({ group, version, kind }: Resource): string {
  return [...group.split('.').reverse(), version, kind].join('.');
}

/** Collects the schemas of built-in models, each once. */
function createModels(group: string, prefix: string, into: Record<string, JsonObject>) {
  function reference(model: string): JsonObject {
    const name = modelName(model, group);
    if (into[name] === undefined) {
      into[name] = {}; // models refer to each other in circles
      into[name] = schemaOf(model);
    }
    return { $ref: `${prefix}${name}` };
  }

  function typeSchema(type: FieldType): JsonObject {
    switch (type.is) {
      case 'any':
        return { type: 'object' };
      case 'int-or-string':
        return { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' };
      case 'list':
        return { type: 'array', items: typeSchema(type.of) };
      case 'map':
        return { type: 'object', additionalProperties: typeSchema(type.of) };
      case 'model':
        return reference(type.model);
      case 'string':
      case 'boolean':
      case 'integer':
      case 'number':
        return {
          type: type.is,
          ...(type.format === '' ? {} : { format: type.format.replace('micro-time', 'date-time') }),
        };
      default:
        return type satisfies never;
    }
  }

  function schemaOf(model: string): JsonObject {
    const { description, fields } = modelOf(model);
    const properties = [...fields].map(([name, field]): readonly [string, JsonObject] => {
      const description = field.description || (name === 'metadata' ? metaDescription : '');
      const inner = typeSchema(field.type);
      const key = mergeKeys[`${model}.${name}`];
      const strategy = key === undefined ? {} : { 'x-kubernetes-patch-strategy': 'merge' };
      const merged = {
        ...strategy,
        ...(key === undefined || key === '' ? {} : { 'x-kubernetes-patch-merge-key': key }),
      };
      const wrapped = inner['$ref'] === undefined ? inner : { allOf: [inner], default: {} };
      return [name, { ...(description === '' ? {} : { description }), ...wrapped, ...merged }];
    });
    const required = [...fields].filter(([, field]) => field.required).map(([name]) => name);
    return {
      ...(description === '' ? {} : { description }),
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length === 0 ? {} : { required }),
    };
  }

  return { reference };
}

/** A custom schema for publication: rules stay, the types of object metadata are filled in. */
function customSchema(schema: JsonObject, metaReference: JsonObject): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const text = { type: 'string' };
  return {
    ...schema,
    properties: { apiVersion: text, kind: text, ...properties, metadata: { allOf: [metaReference] } },
  };
}

function withKind(schema: JsonObject, { group, version, kind }: Resource): JsonObject {
  return { ...schema, 'x-kubernetes-group-version-kind': [{ group, kind, version }] };
}

function listSchema(resource: Resource, itemReference: JsonObject, prefix: string): JsonObject {
  const text = { type: 'string' };
  const properties = {
    apiVersion: text,
    kind: text,
    items: { type: 'array', items: { allOf: [itemReference], default: {} } },
    metadata: { allOf: [{ $ref: `${prefix}${meta}.ListMeta` }] },
  };
  const list = {
    type: 'object',
    description: `${resource.listKind} is a list of ${resource.kind}`,
    required: ['items'],
    properties,
  };
  return withKind(list, { ...resource, kind: resource.listKind });
}

/** The schemas of resources; `prefix` begins every reference, for example `#/components/schemas/`. */
export function schemasOf(registry: Registry, resources: readonly Resource[], prefix: string): Schemas {
  const schemas: Record<string, JsonObject> = {};
  const names = new Map<Resource, string>();
  for (const resource of resources) {
    const models = createModels(resource.group, prefix, schemas);
    const model = registry.modelOf(resource);
    const name = model === undefined ? customName(resource) : modelName(model, resource.group);
    names.set(resource, name);
    if (model !== undefined) models.reference(model);
    const own = registry.schemaOf(resource);
    const metaReference = models.reference('V1ObjectMeta');
    schemas[name] = withKind(own === undefined ? (schemas[name] ?? {}) : customSchema(own, metaReference), resource);
    if (resource.verbs.includes('list')) {
      schemas[`${name}List`] = listSchema(resource, { $ref: `${prefix}${name}` }, prefix);
    }
  }
  schemas[`${meta}.ListMeta`] = listMeta;
  schemas[`${meta}.Patch`] = {
    type: 'object',
    description: 'Patch is provided to give a concrete name and type to the Kubernetes PATCH request body.',
  };
  return { schemas, nameOf: (resource) => names.get(resource) ?? '' };
}

// The client's declarations leave this one out.
const metaDescription =
  "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

const listMeta: JsonObject = {
  type: 'object',
  description:
    'ListMeta describes metadata that synthetic resources must have, including lists and various status objects.',
  properties: {
    continue: { type: 'string' },
    remainingItemCount: { type: 'integer', format: 'int64' },
    resourceVersion: { type: 'string' },
    selfLink: { type: 'string' },
  },
};

/** Applies a change to every object inside a value, from the outside in. */
export function mapObjects(value: Json, change: (object: JsonObject) => JsonObject): Json {
  if (isList(value)) return value.map((item) => mapObjects(item, change));
  if (!isObject(value)) return value;
  const entries = Object.entries(change(value)).map(([key, item]) => [key, mapObjects(item ?? null, change)]);
  return Object.fromEntries(entries);
}

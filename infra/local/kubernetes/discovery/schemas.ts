import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import type { Registry } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import { meta, modelName, modelReference } from './models.ts';

/** Named schemas of one group and version, and how a kind finds its own. */
export interface Schemas {
  readonly schemas: Readonly<Record<string, JsonObject>>;
  nameOf(resource: Resource): string;
}

/** The name of a custom kind: its group backwards, its version, its name. */
function customName({ group, version, kind }: Resource): string {
  return [...group.split('.').reverse(), version, kind].join('.');
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
    const place = { group: resource.group, prefix, schemas };
    const model = registry.modelOf(resource);
    const name = model === undefined ? customName(resource) : modelName(model, resource.group);
    names.set(resource, name);
    if (model !== undefined) modelReference(model, place);
    const own = registry.schemaOf(resource);
    const metaReference = modelReference('V1ObjectMeta', place);
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

import type { Choices } from '../choices.ts';
import type { EntityType } from '../core-entities/entity-type.ts';
import { propertiesOf } from '../core-entities/fields.ts';
import { type Body, isBody, type JsonSchema } from '../schema.ts';

/** The JSON Schema of an entity type with its defaults in place, from which decK fills in what a file leaves out. */
export function describeEntity(type: EntityType, choices: Choices): JsonSchema {
  const properties = withDefaults(propertiesOf(type), type.defaults({}, choices));
  return { type: 'object', additionalProperties: false, required: ['id', ...type.required], properties };
}

function withDefaults(properties: JsonSchema, defaults: Body): JsonSchema {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      name in defaults ? withDefault(schema, defaults[name]) : schema,
    ]),
  );
}

/** decK reads the default of an object from its fields, unless the object is closed: then from the object itself. So both are there. */
function withDefault(schema: unknown, value: unknown): unknown {
  if (!isBody(schema)) return schema;
  const { properties } = schema;
  const inner = isBody(properties) && isBody(value) ? { properties: withDefaults(properties, value) } : {};
  return { ...schema, ...inner, default: value };
}

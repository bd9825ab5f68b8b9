import { type Body, isBody, type JsonSchema } from '../schema.ts';
import type { EntityType } from './entity-type.ts';
import { propertiesOf } from './fields.ts';

/**
 * The fields as they are stored: a set has no order, and no client may rely on getting the one that it sent. Here it is
 * always another one, so that whoever compares lists finds out.
 */
export function reordered(type: EntityType, fields: Body): Body {
  return reorderedBy({ properties: propertiesOf(type) }, fields) as Body; // a map stays a map
}

function reorderedBy(schema: JsonSchema, value: unknown): unknown {
  if (Array.isArray(value)) return schema['uniqueItems'] === true ? value.toSorted(descending) : value;
  const { properties } = schema;
  if (!isBody(value) || !isBody(properties)) return value;
  const fields = Object.entries(value).map(([name, field]) => {
    const inner = properties[name];
    return [name, isBody(inner) ? reorderedBy(inner, field) : field] as const;
  });
  return Object.fromEntries(fields);
}

function descending(one: unknown, other: unknown): number {
  return String(one) < String(other) ? 1 : -1;
}

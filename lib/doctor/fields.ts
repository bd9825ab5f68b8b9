import { isRecord } from '../engine/objects.ts';

/** The fields of a schema that another one does not have, by their paths; what is under a missing one is left out. */
export function missingFields(wanted: unknown, present: unknown, path = ''): readonly string[] {
  if (!isRecord(wanted) || takesAnything(present)) return [];
  const theirs = isRecord(present) ? present : {};
  const own = isRecord(wanted['properties']) ? wanted['properties'] : {};
  const known = isRecord(theirs['properties']) ? theirs['properties'] : {};
  const fields = Object.entries(own).flatMap(([name, schema]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return name in known ? missingFields(schema, known[name], at) : [at];
  });
  const items = wanted['items'] === undefined ? [] : missingFields(wanted['items'], theirs['items'], `${path}[]`);
  return [...fields, ...items];
}

function takesAnything(schema: unknown): boolean {
  if (!isRecord(schema)) return false;
  const { additionalProperties } = schema;
  return schema['x-kubernetes-preserve-unknown-fields'] === true || (additionalProperties ?? false) !== false;
}

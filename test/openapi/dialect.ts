import { isNode, type Node } from './documents.ts';

export type Direction = 'request' | 'response';

/**
 * An OpenAPI document with its schemas in the JSON Schema that Ajv reads: `nullable` (which the 3.1 document uses as well)
 * becomes a type, and a property that the other direction owns (`readOnly` in requests, `writeOnly` in responses) is forbidden.
 */
export function toJsonSchema(root: Node, direction: Direction): Node {
  const foreign = direction === 'request' ? 'readOnly' : 'writeOnly';
  return translate(root, foreign) as Node;
}

function translate(value: unknown, foreign: string): unknown {
  if (Array.isArray(value)) return value.map((item) => translate(item, foreign));
  if (!isNode(value)) return value;
  if (value[foreign] === true) return { not: {} };
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, translate(inner, foreign)]),
  );
  if (nullable !== true) return nullable === undefined || nullable === false ? rest : { nullable, ...rest };
  if (typeof rest['type'] !== 'string') return { anyOf: [rest, { type: 'null' }] };
  const choices = Array.isArray(rest['enum']) ? { enum: [...rest['enum'], null] } : {};
  return { ...rest, type: [rest['type'], 'null'], ...choices };
}

/** Marks the schema at a pointer as nullable. Throws when nothing is there: then the correction is out of date. */
export function makeNullable(root: Node, [name, ...rest]: readonly string[]): Node {
  if (name === undefined) return { ...root, nullable: true };
  const inner = root[name];
  if (!isNode(inner)) throw new Error(`The document has no "${name}" to correct: remove the correction`);
  return { ...root, [name]: makeNullable(inner, rest) };
}

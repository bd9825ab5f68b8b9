import { isNode, type Node } from './documents.ts';

/** Query values are text that names what an answer holds, so there nothing is forbidden. */
export type Direction = 'query' | 'request' | 'response';

const foreignMarks: Readonly<Record<Direction, string | undefined>> = {
  query: undefined,
  request: 'readOnly',
  response: 'writeOnly',
};

/**
 * An OpenAPI document with its schemas in the JSON Schema that Ajv reads: `nullable` (which the 3.1 document uses as well)
 * becomes a type, and a property that the other direction owns (`readOnly` in requests, `writeOnly` in responses) is forbidden.
 */
export function toJsonSchema(root: Node, direction: Direction): Node {
  return translate(root, foreignMarks[direction]) as Node;
}

function translate(value: unknown, foreign: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => translate(item, foreign));
  if (!isNode(value)) return value;
  if (foreign !== undefined && value[foreign] === true) return { not: {} };
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

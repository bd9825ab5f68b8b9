import { isNode, locate, type Node, step } from './documents.ts';
import type { ApiOperation } from './operations.ts';

/** The properties that the body of an operation may have, of all its alternatives together. */
export function bodyFields(operation: ApiOperation | undefined): Readonly<Record<string, Node>> {
  if (operation === undefined) throw new Error('No document has the operation');
  const { document, place } = operation;
  const schema = step(document, place, 'requestBody', 'content', 'application/json', 'schema');
  if (schema === undefined) throw new Error(`${operation.id} takes no JSON body`);
  const { oneOf } = schema.node;
  const places = Array.isArray(oneOf)
    ? oneOf.map((_, index) => locate(document, `${schema.pointer}/oneOf/${index}`))
    : [schema];
  return Object.assign({}, ...places.map(({ node }) => node['properties']).filter(isNode));
}

import { isNode, locate, type Node, step } from './documents.ts';
import type { ApiOperation } from './operations.ts';

/** The properties that the body of an operation may have, of all its parts and alternatives together. */
export function bodyFields(operation: ApiOperation | undefined): Readonly<Record<string, Node>> {
  if (operation === undefined) throw new Error('No document has the operation');
  const { document, place } = operation;
  const schema = step(document, place, 'requestBody', 'content', 'application/json', 'schema');
  if (schema === undefined) throw new Error(`${operation.id} takes no JSON body`);
  const parts = ['oneOf', 'allOf'].flatMap((keyword) => {
    const list = schema.node[keyword];
    return Array.isArray(list) ? list.map((_, index) => `${schema.pointer}/${keyword}/${index}`) : [];
  });
  const places = parts.length > 0 ? parts.map((pointer) => locate(document, pointer)) : [schema];
  return Object.assign({}, ...places.map(({ node }) => node['properties']).filter(isNode));
}

/** The default of a field; that of an object is put together from its own fields, as the one it declares may lack some. */
export function defaultOf(field: Node | undefined): unknown {
  const properties = field?.['properties'];
  if (!isNode(properties)) return field?.['default'];
  const inner = Object.entries(properties).map(([name, value]) => [name, isNode(value) ? defaultOf(value) : undefined]);
  const known = inner.filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

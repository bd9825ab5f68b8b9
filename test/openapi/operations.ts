import { escapePointer, isNode, type Located, locate, type OpenApiDocument } from './documents.ts';

/** One operation of one document. */
export interface ApiOperation {
  readonly document: OpenApiDocument;
  readonly id: string;
  readonly method: string;
  /** With the base of its server, as in `/v2/control-planes/{controlPlaneId}`. */
  readonly template: string;
  readonly place: Located;
  /** Of the operation and of its path. */
  readonly parameters: readonly Located[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** Every operation of the documents. */
export function operationsIn(documents: readonly OpenApiDocument[]): readonly ApiOperation[] {
  return documents.flatMap((document) => {
    const paths = locate(document, '/paths');
    return Object.keys(paths.node).flatMap((path) => operationsAt(document, path));
  });
}

/** The operation that a request is for; a fixed segment wins over a parameter. Undefined when no document has it. */
export function findOperation(
  operations: readonly ApiOperation[],
  method: string,
  path: string,
): ApiOperation | undefined {
  return operations
    .filter((operation) => operation.method === method && matches(operation.template, path))
    .toSorted((a, b) => parameterCount(a.template) - parameterCount(b.template))[0];
}

function operationsAt(document: OpenApiDocument, path: string): readonly ApiOperation[] {
  const item = locate(document, `/paths/${escapePointer(path)}`);
  return methods
    .filter((method) => isNode(item.node[method]))
    .map((method) => {
      const place = locate(document, `${item.pointer}/${method}`);
      return {
        document,
        id: String(place.node['operationId']),
        method: method.toUpperCase(),
        template: document.base + path,
        place,
        parameters: [...parametersOf(document, place), ...parametersOf(document, item)],
      };
    });
}

function parametersOf(document: OpenApiDocument, { node, pointer }: Located): readonly Located[] {
  const { parameters } = node;
  return Array.isArray(parameters)
    ? parameters.map((_, index) => locate(document, `${pointer}/parameters/${index}`))
    : [];
}

function matches(template: string, path: string): boolean {
  const wanted = template.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, index) => part.startsWith('{') || part === given[index]);
}

function parameterCount(template: string): number {
  return template.split('{').length;
}

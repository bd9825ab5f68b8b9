import type { Exchange } from '../../infra/local/konnect/recorder.ts';
import { isNode, type OpenApiDocument, readDocuments, step } from './documents.ts';
import { type ApiOperation, findOperation, operationsIn } from './operations.ts';
import { queryProblems } from './query.ts';
import { createSchemas, type Schemas } from './schemas.ts';
import { isToleratedPath, isToleratedStatus } from './tolerated.ts';

/** One way in which an exchange is not what the documents say. */
export interface Problem {
  readonly request: string;
  readonly part: 'path' | 'query' | 'request body' | 'status' | 'content type' | 'response body';
  readonly message: string;
}

export interface Api {
  readonly documents: readonly OpenApiDocument[];
  readonly operations: readonly ApiOperation[];
  readonly schemas: Schemas;
}

const apis = new Map<string, Api>();

/** The API that the documents in a folder describe; read once for each folder, as reading takes a second. */
export function apiIn(dir: string): Api {
  const known = apis.get(dir);
  if (known !== undefined) return known;
  const documents = readDocuments(dir);
  const made = { documents, operations: operationsIn(documents), schemas: createSchemas(documents) };
  apis.set(dir, made);
  return made;
}

/**
 * Checks recorded traffic against Konnect's OpenAPI documents in `dir`: requests that were accepted (2xx) with query and body,
 * answers with status, content type and body. Injected faults are not the API's and are passed over.
 */
export function validateExchanges(exchanges: readonly Exchange[], dir: string): Problem[] {
  const api = apiIn(dir);
  return exchanges.filter(({ injected }) => !injected).flatMap((exchange) => problemsOf(api, exchange));
}

function problemsOf(api: Api, exchange: Exchange): readonly Problem[] {
  const { method, path, status } = exchange;
  const problem = (part: Problem['part'], message: string) => ({
    request: `${method} ${path} → ${status}`,
    part,
    message,
  });
  const operation = findOperation(api.operations, method, path);
  if (operation === undefined) {
    return isToleratedPath(path, status) ? [] : [problem('path', 'no document has an operation for it')];
  }
  const accepted = status >= 200 && status < 300;
  return [
    ...(accepted ? queryProblems(api.schemas, operation, exchange.query).map((text) => problem('query', text)) : []),
    ...(accepted ? bodyFaults(api.schemas, operation, exchange).map((text) => problem('request body', text)) : []),
    ...answerFaults(api.schemas, operation, exchange).map(({ part, text }) => problem(part, text)),
  ];
}

function bodyFaults(schemas: Schemas, { document, place }: ApiOperation, { requestBody }: Exchange): readonly string[] {
  const body = step(document, place, 'requestBody');
  if (body === undefined) return requestBody === undefined ? [] : ['the operation takes no body'];
  if (requestBody === undefined) return ['the operation needs a body'];
  const schema = step(document, body, 'content', 'application/json', 'schema');
  return schema === undefined ? [] : schemas.faults('request', document, schema, requestBody);
}

type AnswerFault = { readonly part: Problem['part']; readonly text: string };

function answerFaults(schemas: Schemas, operation: ApiOperation, exchange: Exchange): readonly AnswerFault[] {
  const { status, contentType, path, responseBody } = exchange;
  const response = step(operation.document, operation.place, 'responses', String(status));
  if (response === undefined) {
    return isToleratedStatus(operation, path, status)
      ? []
      : [{ part: 'status', text: 'the operation does not declare it' }];
  }
  if (status === 204) return responseBody === undefined ? [] : [{ part: 'response body', text: 'a 204 has none' }];
  const { content } = response.node;
  if (!isNode(content)) return []; // a status with a description and nothing more
  const schema = step(operation.document, response, 'content', contentType, 'schema');
  if (schema === undefined) {
    return [{ part: 'content type', text: `${contentType || 'none'} is not among ${Object.keys(content).join(', ')}` }];
  }
  const faults = schemas.faults('response', operation.document, schema, responseBody ?? null);
  return faults.map((text) => ({ part: 'response body', text }));
}

import { decodeObjectBody } from '../http/body.ts';
import type { BodyFormat } from '../http/negotiation.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { badRequest } from '../status.ts';

/** What to do about unknown and duplicate fields. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** The fieldValidation parameter; Warn without one, 422 in the real server's words for another text. */
export function fieldValidationOf(query: URLSearchParams): FieldValidation {
  const text = query.get('fieldValidation') ?? '';
  if (text === '') return 'Warn';
  if (text === 'Strict' || text === 'Warn' || text === 'Ignore') return text;
  throw badRequest(`invalid fieldValidation ${JSON.stringify(text)}: use Ignore, Warn or Strict`);
}

/** An object of a request and the warnings for the client. */
export interface DecodedRequest {
  readonly object: KubernetesObject;
  readonly warnings: readonly string[];
}

function withType(body: JsonObject, resource: Resource, text: string): JsonObject {
  if (!resource.custom) {
    return { ...body, apiVersion: body['apiVersion'] || apiVersionOf(resource), kind: body['kind'] || resource.kind };
  }
  for (const field of ['kind', 'apiVersion']) {
    if (typeof body[field] === 'string' && body[field] !== '') continue;
    const named = field === 'kind' ? 'Kind' : 'apiVersion';
    const shown = text.trim();
    throw badRequest(
      `the object provided is unrecognized (must be of type ${resource.kind}): Object '${named}' is missing in '${shown}'`,
    );
  }
  return body;
}

function checkType(body: JsonObject, resource: Resource): void {
  const { apiVersion, kind } = body;
  const wanted = apiVersionOf(resource);
  if (resource.custom) {
    if (apiVersion === wanted) return;
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`);
  }
  if (kind === resource.kind && apiVersion === wanted) return;
  const version = String(apiVersion).split('/').at(-1);
  if (kind === resource.kind) {
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`);
  }
  const group = resource.group === '' ? 'core' : resource.group;
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${resource.kind}: converting (${kind}) to (${group}.${resource.kind}): unknown conversion`,
  );
}

/** Decodes the body of a create or an update for a resource; throws 400 for what can not be read or, if strict, is unknown. */
export function decodeRequest(
  text: string,
  format: BodyFormat,
  resource: Resource,
  validation: FieldValidation,
): DecodedRequest {
  const body = decodeObjectBody(text, format, resource.kind);
  if (!isObject(body.value)) throw badRequest(`a ${resource.kind} must be an object`);
  const typed = withType(body.value, resource, text);
  checkType(typed, resource);
  const { object, complaints } = resource.rules.decode(typed);
  const found = [...body.complaints, ...complaints];
  if (validation !== 'Strict' || found.length === 0) return { object, warnings: validation === 'Warn' ? found : [] };
  const version = resource.version;
  throw badRequest(
    `${resource.kind} in version "${version}" cannot be handled as a ${resource.kind}: strict decoding error: ${found.join(', ')}`,
  );
}

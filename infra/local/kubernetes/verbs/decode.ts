import { decodeObjectBody, unrecognized } from '../http/body.ts';
import type { BodyFormat } from '../http/negotiation.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { KubernetesObject } from '../object.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { badRequest } from '../status.ts';
import type { FieldValidation } from './options.ts';

/** A request body and how it is written. */
export interface RequestBody {
  readonly text: string;
  readonly format: BodyFormat;
}

// Built-in kinds may leave out what the path says already; custom ones may not.
function withType(body: JsonObject, resource: Resource, text: string): JsonObject {
  if (!resource.custom) {
    return { ...body, apiVersion: body['apiVersion'] || apiVersionOf(resource), kind: body['kind'] || resource.kind };
  }
  for (const [field, name] of [
    ['kind', 'Kind'],
    ['apiVersion', 'apiVersion'],
  ] as const) {
    if (typeof body[field] === 'string' && body[field] !== '') continue;
    throw unrecognized(resource.kind, `Object '${name}' is missing in '${text.trim()}'`, text);
  }
  return body;
}

function checkType({ apiVersion, kind }: JsonObject, resource: Resource): void {
  const wanted = apiVersionOf(resource);
  if (apiVersion === wanted && (resource.custom || kind === resource.kind)) return;
  if (resource.custom) {
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`);
  }
  const version = String(apiVersion).split('/').at(-1);
  if (kind === resource.kind) {
    const why = `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:110"`;
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
  }
  const hub = resource.group === '' ? 'core' : resource.group.split('.')[0];
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${resource.kind}: converting (v1.${kind}) to (${hub}.${resource.kind}): unknown conversion`,
  );
}

/**
 * Decodes the body of a create or an update. What can not be read throws 400, and so do unknown and duplicate fields
 * when the validation is strict; `warn` hears of them otherwise.
 */
export function decodeRequest(
  { text, format }: RequestBody,
  resource: Resource,
  validation: FieldValidation,
  warn: (text: string) => void,
): KubernetesObject {
  const body = decodeObjectBody(text, format, resource.kind);
  if (!isObject(body.value)) throw badRequest(`a ${resource.kind} must be an object`);
  const typed = withType(body.value, resource, text);
  checkType(typed, resource);
  const { object, complaints } = resource.rules.decode(typed);
  const found = [...body.complaints, ...complaints];
  if (validation === 'Warn') found.forEach(warn);
  if (validation !== 'Strict' || found.length === 0) return object;
  const { kind, version } = resource;
  const text400 = `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error`;
  throw badRequest(`${text400}: ${found.join(', ')}`);
}

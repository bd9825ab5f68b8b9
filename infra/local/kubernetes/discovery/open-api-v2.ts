import type { Answer } from '../http/answer.ts';
import { mediaTypes } from '../http/negotiation.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Registry } from '../resources/registry.ts';
import { notAcceptable } from '../status.ts';
import { mapObjects, schemasOf } from './schemas.ts';

// Version 2 knows neither oneOf nor anyOf nor nullable, and references stand alone.
const unknownKeys = ['oneOf', 'anyOf', 'nullable', 'x-kubernetes-validations', 'not'];

function forVersion2(object: JsonObject): JsonObject {
  const [reference] = Array.isArray(object['allOf']) ? object['allOf'] : [];
  if (isObject(reference) && typeof reference['$ref'] === 'string') return { $ref: reference['$ref'] };
  return Object.fromEntries(Object.entries(object).filter(([key]) => !unknownKeys.includes(key) && key !== 'allOf'));
}

/** `/openapi/v2` as JSON; kubectl's protobuf alone gets 406, it prefers version 3 anyway. */
export function openApiV2(registry: Registry, accept: string | undefined): Answer {
  const types = mediaTypes(accept).map(({ type }) => type);
  if (!types.some((type) => ['application/json', 'application/*', '*/*', ''].includes(type))) {
    throw notAcceptable(['application/json']);
  }
  const resources = registry.all();
  const { schemas } = schemasOf(registry, resources, '#/definitions/');
  const definitions = mapObjects(schemas, forVersion2);
  const info = { title: 'Kubernetes', version: 'v1.34.0' };
  return { is: 'json', status: 200, body: { swagger: '2.0', info, paths: {}, definitions } };
}

import type { KonnectError } from '../engine/errors.ts';
import { toKonnectError } from './errors.ts';

export const path = '/v2/control-planes/c/core-entities/services/s';

/** A body of the core entities. */
export function core(
  code: number,
  message: string,
  ...details: readonly { type: string; field?: string; messages: readonly string[] }[]
): object {
  return { code, message, details: details.map((detail) => ({ '@type': 'type.googleapis.com/x', ...detail })) };
}

/** A body of the other APIs: problem+json. */
export function problem(status: number, title: string, detail: string, ...parameters: readonly object[]): object {
  const more = parameters.length === 0 ? {} : { invalid_parameters: parameters };
  return { status, title, detail, instance: 'kong:trace:2723154947768991354', ...more };
}

const reference = 'ERROR_TYPE_REFERENCE';
export const unique = { type: reference, field: 'name', messages: ['name (type: unique) constraint failed'] };
export const foreign = { type: reference, field: 's.id', messages: ['s.id (type: foreign) constraint failed'] };
export const used = { type: reference, messages: ['constraint failed (type: foreign) as route references this value'] };
export const field = { type: 'ERROR_TYPE_FIELD', field: 'tags[0]', messages: ['length must be <= 128, but got 138'] };

/** What the client makes of an answer, at 10:00 on the first of August 2026. */
export function errorOf(
  status: number,
  body: unknown,
  { method = 'PUT', headers = {} }: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): KonnectError {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = { status, headers: { 'content-type': 'text/html', ...headers }, body: text };
  return toKonnectError(answer, { method, path }, new Date('2026-08-01T10:00:00Z'));
}

import { goJson, type Json, type JsonObject } from './json.ts';

/** The reasons of causes in a 422 Status. */
export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** One problem of one field. `value` is undefined where the text must not repeat it. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly value: Json | undefined;
  readonly detail: string;
}

const titles: Readonly<Record<FieldErrorType, string>> = {
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
};

/** The path that the real server prints for the object itself. */
export const rootPath = '<nil>';

export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, value: undefined, detail };
}

export function invalidField(field: string, value: Json, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, value, detail };
}

export function typeInvalid(field: string, value: Json, detail: string): FieldError {
  return { type: 'FieldValueTypeInvalid', field, value, detail };
}

export function duplicate(field: string, value: Json): FieldError {
  return { type: 'FieldValueDuplicate', field, value, detail: '' };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, value: undefined, detail };
}

/** The allowed values are listed in the given order. */
export function notSupported(field: string, value: Json, allowed: readonly string[]): FieldError {
  const detail = allowed.length === 0 ? '' : `supported values: ${allowed.map(quoted).join(', ')}`;
  return { type: 'FieldValueNotSupported', field, value, detail };
}

export function tooLong(field: string, limit: number): FieldError {
  const detail = `may not be more than ${limit} ${limit === 1 ? 'byte' : 'bytes'}`;
  return { type: 'FieldValueTooLong', field, value: undefined, detail };
}

export function tooMany(field: string, count: number, limit: number): FieldError {
  const detail = `must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`;
  return { type: 'FieldValueTooMany', field, value: count, detail };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The text after the field name, for example `Invalid value: "x": must be lower case`. */
export function bodyOf(error: FieldError): string {
  const title = titles[error.type];
  const value = typeof error.value === 'string' ? quoted(error.value) : goJson(error.value);
  const head = error.value === undefined ? title : `${title}: ${value}`;
  return error.detail === '' ? head : `${head}: ${error.detail}`;
}

/** The whole text, for example `spec.name: Required value`. */
export function messageOf(error: FieldError): string {
  return `${error.field}: ${bodyOf(error)}`;
}

/** All texts as one, without repetitions; in brackets when there are several. */
export function summaryOf(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(messageOf))];
  return texts.length === 1 ? String(texts[0]) : `[${texts.join(', ')}]`;
}

/** The error as a cause of a Status. */
export function causeOf(error: FieldError): JsonObject {
  return { reason: error.type, message: bodyOf(error), field: error.field };
}

/** Joins a path and a property name. */
export function child(path: string, name: string): string {
  return path === '' || path === rootPath ? name : `${path}.${name}`;
}

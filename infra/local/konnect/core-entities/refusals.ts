import { type Answer, json, Refusal } from '../answer.ts';
import { fieldName, type Violation } from '../schema.ts';

type DetailType = 'ERROR_TYPE_FIELD' | 'ERROR_TYPE_ENTITY' | 'ERROR_TYPE_REFERENCE';

/** One item of `details`; items about the whole entity have no field. */
export interface Detail {
  readonly type: DetailType;
  readonly field?: string;
  readonly messages: readonly string[];
}

export function notFound(): Refusal {
  return new Refusal(answer(404, 5, 'not found'));
}

/** 400 with a text and no details: paths and query parameters that cannot be read. */
export function invalidArgument(message: string): Refusal {
  return new Refusal(answer(400, 3, message));
}

export function invalidEntity(details: readonly Detail[]): Refusal {
  return new Refusal(answer(400, 3, 'validation error', details));
}

/** A unique or foreign key would break. It is a 400, not a 409. */
export function brokenConstraint(details: readonly Detail[]): Refusal {
  return new Refusal(answer(400, 3, 'data constraint error', details));
}

/** The control plane takes no such write, whatever the entity. */
export function notPermitted(reason: string): Refusal {
  return new Refusal(answer(403, 7, 'usage constraint error', [{ type: 'ERROR_TYPE_ENTITY', messages: [reason] }]));
}

/** Schema violations, one detail for each field with all its messages. */
export function fieldDetails(violations: readonly Violation[]): readonly Detail[] {
  const missing = violations.filter(({ keyword, path }) => keyword === 'required' && path.length === 1);
  const others = violations.filter((violation) => !missing.includes(violation));
  const names = missing.map(({ path }) => `'${path[0]}'`).join(', ');
  const grouped = Map.groupBy(others, fieldOf);
  return [
    ...(missing.length > 0 ? [entityDetail(`missing properties: ${names}`)] : []),
    ...[...grouped].map(([field, found]) => fieldDetail(field, [...new Set(found.map(messageOf))])),
  ];
}

export function entityDetail(message: string): Detail {
  return { type: 'ERROR_TYPE_ENTITY', messages: [message] };
}

export function fieldDetail(field: string, messages: readonly string[]): Detail {
  return { type: 'ERROR_TYPE_FIELD', field, messages };
}

export function referenceDetail(message: string, field?: string): Detail {
  return { type: 'ERROR_TYPE_REFERENCE', ...(field !== undefined && { field }), messages: [message] };
}

function fieldOf({ keyword, path }: Violation): string {
  return fieldName(keyword === 'required' || keyword === 'additionalProperties' ? path.slice(0, -1) : path);
}

function messageOf({ keyword, path, limit, pattern, type, choices, value }: Violation): string {
  switch (keyword) {
    case 'required':
      return `missing properties: '${path.at(-1)}'`;
    case 'additionalProperties':
      return `additionalProperties '${path.at(-1)}' not allowed`;
    case 'type':
      return `expected ${type}, but got ${kindOf(value)}`;
    case 'enum':
      return `value must be one of ${(choices ?? []).map((choice) => JSON.stringify(choice)).join(', ')}`;
    case 'minLength':
      return `length must be >= ${limit}, but got ${sizeOf(value)}`;
    case 'maxLength':
      return `length must be <= ${limit}, but got ${sizeOf(value)}`;
    case 'minimum':
      return `must be >= ${limit} but found ${value}`;
    case 'maximum':
      return `must be <= ${limit} but found ${value}`;
    case 'minItems':
      return `minimum ${limit} items required, but found ${sizeOf(value)} items`;
    case 'maxItems':
      return `maximum ${limit} items required, but found ${sizeOf(value)} items`;
    case 'uniqueItems':
      return 'items must be unique';
    case 'pattern':
      return `must match pattern '${pattern}'`;
    default:
      return `must satisfy ${keyword}`;
  }
}

function sizeOf(value: unknown): number {
  return typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : 0;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}

function answer(status: number, code: number, message: string, details?: readonly Detail[]): Answer {
  const sorted = details?.toSorted((a, b) => ((a.field ?? '') < (b.field ?? '') ? -1 : 1));
  const typed = sorted?.map((detail) => ({
    '@type': 'type.googleapis.com/kong.admin.model.v1.ErrorDetail',
    ...detail,
  }));
  return { status, contentType: json, body: { code, message, ...(typed && { details: typed }) } };
}

import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

export type JsonSchema = Readonly<Record<string, unknown>>;
export type Body = Readonly<Record<string, unknown>>;

/** One broken rule, in no family's words yet. */
export interface Violation {
  /** Names and indices from the root to the value at fault; for a missing or unknown property to that property. */
  readonly path: readonly string[];
  readonly keyword: string;
  readonly limit?: number;
  readonly pattern?: string;
  readonly type?: string;
  readonly choices?: readonly unknown[];
  readonly value: unknown;
}

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, strictRequired: false });

/** Compiles a schema into a function that lists every violation. */
export function compile(schema: JsonSchema): (value: unknown) => readonly Violation[] {
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(toViolation));
}

/** Whether a parsed JSON value is an object. */
export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `tags[0]`, `config.foo`: how both families write a path. */
export function fieldName(path: readonly string[]): string {
  return path.reduce(
    (text, part) => (/^\d+$/.test(part) ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}

function toViolation(error: ErrorObject): Violation {
  const { limit, pattern, type, allowedValues, missingProperty, additionalProperty, propertyName } = error.params;
  const at = error.instancePath.split('/').slice(1).map(unescapePointer);
  const extra = missingProperty ?? additionalProperty ?? propertyName ?? error.propertyName;
  return {
    path: typeof extra === 'string' ? [...at, extra] : at,
    keyword: error.keyword,
    ...(typeof limit === 'number' && { limit }),
    ...(typeof pattern === 'string' && { pattern }),
    ...(typeof type === 'string' && { type }),
    ...(Array.isArray(allowedValues) && { choices: allowedValues }),
    value: error.data,
  };
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

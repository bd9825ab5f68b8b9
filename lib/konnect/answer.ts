import { isRecord } from '../engine/objects.ts';

/** One thing that an error body complains about. */
export interface Complaint {
  /** Path of the field, where the body names one. */
  readonly field: string | undefined;
  readonly text: string;
  /** `rule` of problem+json, or `type` of a core-entities detail. */
  readonly rule: string | undefined;
}

/** What an error body of any family of Konnect's APIs says. */
export interface ErrorBody {
  readonly text: string | undefined;
  readonly complaints: readonly Complaint[];
  /** gRPC code of a core-entities answer. */
  readonly code: number | undefined;
  readonly traceId: string | undefined;
}

const nothing: ErrorBody = { text: undefined, complaints: [], code: undefined, traceId: undefined };

/**
 * Reads an error body: problem+json (`title`, `detail`, `invalid_parameters`), core entities (`code`, `message`,
 * `details`), the plain `{"message"}`, or none of them, such as a gateway's HTML page. Tolerates any content.
 */
export function readErrorBody(body: string): ErrorBody {
  const value = parse(body);
  if (!isRecord(value)) return nothing;
  const instance = value['instance'];
  return {
    text: texts(value['title'], value['detail'] ?? value['message']),
    complaints: [...items(value['invalid_parameters']).map(parameter), ...items(value['details']).flatMap(detail)],
    code: typeof value['code'] === 'number' ? value['code'] : undefined,
    traceId: typeof instance === 'string' && instance !== '' ? instance.slice(0, 128) : undefined,
  };
}

/** The JSON value, or undefined where the text is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Titles repeat the detail often enough ("Not Found", "Not Found") to say things once.
function texts(title: unknown, detail: unknown): string | undefined {
  const said = [title, detail].filter((part): part is string => typeof part === 'string' && part.trim() !== '');
  return said.length === 0 ? undefined : [...new Set(said)].join(': ');
}

function parameter(item: Readonly<Record<string, unknown>>): Complaint {
  const choices = Array.isArray(item['choices']) ? ` (one of ${item['choices'].join(', ')})` : '';
  return {
    field: text(item['field']),
    text: `${text(item['reason']) ?? text(item['rule']) ?? 'is refused'}${choices}`,
    rule: text(item['rule']),
  };
}

function detail(item: Readonly<Record<string, unknown>>): readonly Complaint[] {
  const messages = Array.isArray(item['messages']) ? item['messages'] : [];
  return messages
    .filter((message): message is string => typeof message === 'string')
    .map((message) => ({ field: text(item['field']), text: message, rule: text(item['type']) }));
}

function items(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

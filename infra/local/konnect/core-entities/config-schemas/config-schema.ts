/** One value in the configuration of a plugin or a vault, in the terms of Kong's own schemas. */
export type Field = ValueField | ListField | RecordField;

interface Common {
  readonly required?: true;
  readonly default?: unknown;
  readonly referenceable?: true;
  readonly encrypted?: true;
}

export interface ValueField extends Common {
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
  readonly one_of?: readonly (string | number)[];
  readonly between?: readonly [number, number];
  readonly gt?: number;
  readonly len_min?: number;
}

export interface ListField extends Common {
  readonly type: 'array' | 'set';
  readonly elements: ValueField;
  readonly len_min?: number;
}

export interface RecordField extends Common {
  readonly type: 'record';
  readonly fields: Fields;
  /** Older names at the top of the configuration that stand for a value further down, and are answered beside it. */
  readonly shorthands?: Readonly<Record<string, readonly string[]>>;
}

export type Fields = Readonly<Record<string, Field>>;

export type Protocol = 'grpc' | 'grpcs' | 'http' | 'https' | 'tcp' | 'tls' | 'tls_passthrough' | 'udp' | 'ws' | 'wss';

export interface PluginSchema {
  readonly name: string;
  /** Protocols that the plugin may be set to; any of Kong's where absent. */
  readonly protocols?: readonly Protocol[];
  /** What the plugin cannot be bound to. */
  readonly never?: readonly ('consumer' | 'consumer_group' | 'route' | 'service')[];
  readonly config: RecordField;
  /** Rules across values, after completion: a text for each that is broken. */
  readonly checks?: (config: Readonly<Record<string, unknown>>) => readonly string[];
}

/** Of plugins for HTTP, which most are. */
export const httpProtocols = ['grpc', 'grpcs', 'http', 'https'] as const satisfies readonly Protocol[];

/** The configuration of a plugin: a record that is always there. */
export function configuration(fields: Fields, shorthands: RecordField['shorthands'] = {}): RecordField {
  return { type: 'record', required: true, fields, shorthands };
}

export function flag(standard: boolean): ValueField {
  return { type: 'boolean', required: true, default: standard };
}

export const text: ValueField = { type: 'string' };

/** A list of strings, `[]` or more; without a default it is null. */
export function texts(standard?: readonly string[], choices?: readonly string[]): ListField {
  const elements: ValueField = choices === undefined ? text : { type: 'string', one_of: choices };
  return { type: 'array', elements, ...(standard !== undefined && { default: standard }) };
}

import { compile, isBody, type JsonSchema, type Violation } from '../schema.ts';
import type { Provider } from './availability.ts';
import { invalid, invalidParameters, violated } from './refusals.ts';

/** A network as it is ordered. */
export interface NewNetwork {
  readonly name: string;
  readonly cloud_gateway_provider_account_id: string;
  readonly region: string;
  readonly availability_zones: readonly string[];
  readonly cidr_block: string;
  readonly state?: 'initializing' | 'offline';
}

export interface NewGroup {
  readonly provider: Provider;
  readonly region: string;
  readonly cloud_gateway_network_id?: string;
  readonly autoscale?: Readonly<Record<string, unknown>>;
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

/** A configuration as it is ordered. */
export interface NewConfiguration {
  readonly control_plane_id: string;
  readonly control_plane_geo: string;
  readonly dataplane_groups: readonly NewGroup[];
  readonly version?: string;
  readonly kind?: 'dedicated.v0' | 'serverless.v1';
  readonly api_access?: 'private' | 'public' | 'private+public';
}

const name = { type: 'string', minLength: 1, maxLength: 120 };
const uuid = { type: 'string', pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$' };
const text = { type: 'string', minLength: 1 };

const networkCheck = check(
  {
    name,
    cloud_gateway_provider_account_id: uuid,
    region: text,
    availability_zones: { type: 'array', minItems: 1, maxItems: 5, uniqueItems: true, items: text },
    cidr_block: text,
    state: { type: 'string', enum: ['initializing', 'offline'] },
  },
  ['name', 'cloud_gateway_provider_account_id', 'region', 'availability_zones', 'cidr_block'],
);

const renameCheck = check({ name }, []);

const autoscale: JsonSchema = {
  type: 'object',
  required: ['kind'],
  properties: { kind: { type: 'string', enum: ['static', 'autopilot'] } },
  if: { type: 'object', properties: { kind: { const: 'static' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: closed(
    {
      kind: true,
      instance_type: { type: 'string', enum: ['small', 'medium', 'large'] },
      requested_instances: { type: 'integer', minimum: 1 },
    },
    ['instance_type', 'requested_instances'],
  ),
  else: closed({ kind: true, base_rps: { type: 'integer', minimum: 1 }, max_rps: { type: 'integer', minimum: 1 } }, [
    'base_rps',
  ]),
};

const environment = closed(
  {
    name: { type: 'string', minLength: 6, maxLength: 120, pattern: '^(KONG|OTEL)_[a-zA-Z_]+[a-zA-Z0-9_]*' },
    value: { type: 'string', minLength: 1, maxLength: 2048 },
  },
  ['name', 'value'],
);

const group = closed(
  {
    provider: { type: 'string', enum: ['aws', 'azure', 'gcp'] },
    region: text,
    cloud_gateway_network_id: uuid,
    autoscale,
    environment: { type: 'array', items: environment },
  },
  ['provider', 'region'],
);

const configurationCheck = check(
  {
    control_plane_id: uuid,
    control_plane_geo: { type: 'string', enum: ['us', 'eu', 'au', 'me', 'in', 'sg'] },
    version: text,
    kind: { type: 'string', enum: ['dedicated.v0', 'serverless.v1'] },
    api_access: { type: 'string', enum: ['private', 'public', 'private+public'] },
    dataplane_groups: { type: 'array', uniqueItems: true, items: group },
  },
  ['control_plane_id', 'control_plane_geo', 'dataplane_groups'],
);

export function parseNetwork(body: unknown): NewNetwork {
  return checked(body, networkCheck) as NewNetwork; // closed schema, just checked
}

/** The new name; the only thing that may change, so a body without it changes nothing. */
export function parseRename(body: unknown): string | undefined {
  return (checked(body, renameCheck) as { readonly name?: string }).name;
}

export function parseConfiguration(body: unknown): NewConfiguration {
  return checked(body, configurationCheck) as NewConfiguration; // closed schema, just checked
}

function checked(body: unknown, find: (value: unknown) => readonly Violation[]): unknown {
  if (!isBody(body)) throw invalidParameters([invalid('body', 'is_object', 'body must be an object')]);
  const violations = find(body).filter(({ keyword }) => keyword !== 'if'); // says only that its branch is at fault
  if (violations.length > 0) throw violated(violations);
  return body;
}

function check(properties: JsonSchema, required: readonly string[]) {
  return compile(closed(properties, required));
}

function closed(properties: JsonSchema, required: readonly string[]): JsonSchema {
  return { type: 'object', additionalProperties: false, required, properties };
}

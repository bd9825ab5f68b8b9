import type { Choices } from '../../choices.ts';
import type { Body, JsonSchema } from '../../schema.ts';
import type { EntityType } from '../entity-type.ts';
import { nameField, plainPath, protocols, referenceField } from './common.ts';
import { routeRules } from './route-rules.ts';

const domain = '[0-9A-Za-z_-]+(?:\\.[0-9A-Za-z_-]+)*';
const wildcardHost: JsonSchema = {
  type: 'string',
  maxLength: 256,
  pattern: `^(?:(?:\\*\\.)?${domain}(?::\\d+)?|${domain}\\.\\*)$`,
};
const endpoints: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: { ip: { type: 'string', minLength: 1 }, port: { type: 'integer', minimum: 0, maximum: 65535 } },
  },
};

export const route: EntityType = {
  collection: 'routes',
  name: 'route',
  properties: {
    name: nameField,
    protocols: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', enum: protocols } },
    methods: { type: 'array', uniqueItems: true, items: { type: 'string', pattern: '^[A-Z]+$' } },
    hosts: { type: 'array', uniqueItems: true, items: wildcardHost },
    paths: {
      type: 'array',
      uniqueItems: true,
      items: { type: 'string', maxLength: 1024, pattern: `^(?:~/.*|${plainPath})$` },
    },
    headers: {
      type: 'object',
      propertyNames: { type: 'string', pattern: "^(?![Hh][Oo][Ss][Tt]$)[A-Za-z0-9!#$%&'*+\\-.^_|~]{1,64}$" },
      additionalProperties: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
    },
    snis: { type: 'array', uniqueItems: true, items: wildcardHost },
    sources: endpoints,
    destinations: endpoints,
    expression: { type: 'string', minLength: 1 },
    priority: { type: 'integer', minimum: 0, maximum: 70368744177663 },
    https_redirect_status_code: { type: 'integer', enum: [301, 302, 307, 308, 426] },
    path_handling: { type: 'string', enum: ['v0', 'v1'] },
    preserve_host: { type: 'boolean' },
    strip_path: { type: 'boolean' },
    regex_priority: { type: 'integer' },
    request_buffering: { type: 'boolean' },
    response_buffering: { type: 'boolean' },
    service: referenceField,
  },
  required: [],
  defaults,
  keys: [['name']],
  references: [{ field: 'service', to: 'services', onDelete: 'restrict', disputed: true, nested: 'routes' }],
  label: 'name',
  filterField: 'name',
  rules: routeRules,
  limit: 10_000,
};

/** Routes by expression have `priority` where the others have `regex_priority`; gRPC never strips the path. */
function defaults(fields: Body, { routeProtocols }: Choices): Body {
  const chosen = Array.isArray(fields['protocols']) ? fields['protocols'] : routeProtocols;
  const grpc = chosen.includes('grpc') || chosen.includes('grpcs');
  return {
    protocols: routeProtocols,
    https_redirect_status_code: 426,
    path_handling: 'v0',
    preserve_host: false,
    strip_path: !grpc,
    request_buffering: true,
    response_buffering: true,
    ...(fields['expression'] === undefined ? { regex_priority: 0 } : { priority: 0 }),
  };
}

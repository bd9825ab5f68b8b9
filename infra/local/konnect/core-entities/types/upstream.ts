import type { EntityType } from '../entity-type.ts';
import { nameField, plainPath, referenceField } from './common.ts';
import { healthcheckDefaults, healthchecksField } from './upstream-healthchecks.ts';
import { upstreamRules } from './upstream-rules.ts';

const hashSources = ['consumer', 'cookie', 'header', 'ip', 'none', 'path', 'query_arg', 'uri_capture'];
const headerName = { type: 'string', pattern: "^[A-Za-z0-9!#$%&'*+\\-.^_|~]{1,64}$" };
const word = { type: 'string', minLength: 1, pattern: '^[a-zA-Z0-9-_]+$' };
const path = { type: 'string', maxLength: 1024, pattern: `^${plainPath}$` };

export const upstream: EntityType = {
  collection: 'upstreams',
  name: 'upstream',
  properties: {
    name: nameField,
    algorithm: {
      type: 'string',
      enum: ['consistent-hashing', 'latency', 'least-connections', 'round-robin', 'sticky-sessions'],
    },
    hash_on: { type: 'string', enum: hashSources },
    hash_on_header: headerName,
    hash_on_cookie: word,
    hash_on_cookie_path: path,
    hash_on_query_arg: word,
    hash_on_uri_capture: word,
    hash_fallback: { type: 'string', enum: hashSources },
    hash_fallback_header: headerName,
    hash_fallback_query_arg: word,
    hash_fallback_uri_capture: word,
    sticky_sessions_cookie: word,
    sticky_sessions_cookie_path: path,
    slots: { type: 'integer', minimum: 10, maximum: 65_536 },
    host_header: { type: 'string', minLength: 1, maxLength: 256, pattern: '^[0-9A-Za-z_.\\-]+(?::\\d+)?$' },
    use_srv_name: { type: 'boolean' },
    healthchecks: healthchecksField,
    client_certificate: referenceField,
  },
  required: ['name'],
  defaults: () => ({
    algorithm: 'round-robin',
    slots: 10_000,
    hash_on: 'none',
    hash_fallback: 'none',
    hash_on_cookie_path: '/',
    sticky_sessions_cookie_path: '/',
    use_srv_name: false,
    healthchecks: healthcheckDefaults,
  }),
  keys: [['name']],
  references: [{ field: 'client_certificate', to: 'certificates', onDelete: 'restrict', disputed: true }],
  label: 'name',
  rules: upstreamRules,
  limit: 10_000,
};

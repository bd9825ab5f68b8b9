import type { Body, JsonSchema } from '../../schema.ts';
import type { EntityType } from '../entity-type.ts';
import { nameField, plainPath, protocols, referenceField } from './common.ts';

const tlsProtocols = ['https', 'tls', 'wss'];
const pathlessProtocols = ['grpc', 'grpcs', 'tcp', 'tls', 'tls_passthrough', 'udp'];
const tlsFields = ['tls_verify', 'tls_verify_depth', 'tls_sans', 'client_certificate', 'ca_certificates'];
const securePorts: Readonly<Record<string, number>> = { https: 443, wss: 443, tls: 443, grpcs: 443 };

const timeout: JsonSchema = { type: 'integer', minimum: 1, maximum: 2147483646 };

export const service: EntityType = {
  collection: 'services',
  name: 'service',
  properties: {
    name: nameField,
    url: { type: 'string' },
    protocol: { type: 'string', enum: protocols },
    host: { type: 'string', minLength: 1, maxLength: 256, pattern: '^[^\\s/?#@]+$' },
    port: { type: 'integer', minimum: 0, maximum: 65535 },
    path: { type: 'string', maxLength: 1024, pattern: `^${plainPath}$` },
    retries: { type: 'integer', minimum: 0, maximum: 32767 },
    connect_timeout: timeout,
    read_timeout: timeout,
    write_timeout: timeout,
    enabled: { type: 'boolean' },
    tls_verify: { type: 'boolean' },
    tls_verify_depth: { type: 'integer', minimum: 0, maximum: 64 },
    tls_sans: {
      type: 'object',
      additionalProperties: false,
      properties: { dnsnames: strings(), uris: strings() },
    },
    client_certificate: referenceField,
    ca_certificates: { type: 'array', uniqueItems: true, items: { type: 'string' } },
  },
  required: ['host'],
  defaults: () => ({
    protocol: 'http',
    port: 80,
    retries: 5,
    connect_timeout: 60_000,
    read_timeout: 60_000,
    write_timeout: 60_000,
    enabled: true,
  }),
  keys: [['name']],
  references: [
    { field: 'client_certificate', to: 'certificates', onDelete: 'restrict', disputed: true },
    { field: 'ca_certificates', to: 'ca_certificates', onDelete: 'restrict', disputed: true, many: true },
  ],
  label: 'name',
  filterField: 'name',
  expand,
  rules,
  limit: 10_000,
};

function strings(): JsonSchema {
  return { type: 'array', items: { type: 'string', minLength: 1 } };
}

/** `url` is written, never read: it stands for protocol, host, port and path, and wins over them. */
function expand(fields: Body): Body {
  const { url, ...rest } = fields;
  if (typeof url !== 'string' || !URL.canParse(url)) return fields;
  const { protocol, hostname: host, port, pathname } = new URL(url);
  const scheme = protocol.slice(0, -1);
  const { path: _path, ...others } = rest;
  return {
    ...others,
    protocol: scheme,
    host,
    port: port === '' ? (securePorts[scheme] ?? 80) : Number(port),
    ...(pathname !== '/' && pathname !== '' && { path: pathname }),
  };
}

function rules(fields: Body): readonly string[] {
  const protocol = String(fields['protocol']);
  const tls = tlsProtocols.includes(protocol) ? [] : tlsFields.filter((field) => fields[field] !== undefined);
  const path = pathlessProtocols.includes(protocol) && fields['path'] !== undefined;
  return [
    ...(fields['url'] === undefined ? [] : ['url must be a valid URL']), // one that could be read is expanded by now
    ...tls.map((field) => `${field} can be set only when protocol is one of ${tlsProtocols.join(', ')}`),
    ...(path ? [`path cannot be set when protocol is ${protocol}`] : []),
  ];
}

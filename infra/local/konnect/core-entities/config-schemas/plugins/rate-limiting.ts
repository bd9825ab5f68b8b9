import type { Body } from '../../../schema.ts';
import { configuration, flag, httpProtocols, type PluginSchema, text } from '../config-schema.ts';

const periods = ['second', 'minute', 'hour', 'day', 'month', 'year'];
const limit = { type: 'number', gt: 0 } as const;
const port = { type: 'integer', between: [0, 65_535] } as const;

export const rateLimitingPlugin: PluginSchema = {
  name: 'rate-limiting',
  protocols: httpProtocols,
  config: configuration(
    {
      second: limit,
      minute: limit,
      hour: limit,
      day: limit,
      month: limit,
      year: limit,
      limit_by: {
        type: 'string',
        default: 'consumer',
        one_of: ['consumer', 'credential', 'ip', 'service', 'header', 'path', 'consumer-group'],
      },
      header_name: text,
      path: text,
      policy: { type: 'string', default: 'local', one_of: ['local', 'cluster', 'redis'] },
      fault_tolerant: flag(true),
      redis: {
        type: 'record',
        required: true,
        fields: {
          host: text,
          port: { ...port, default: 6379 },
          timeout: { type: 'integer', default: 2000, between: [0, 2_147_483_646] },
          username: { type: 'string', referenceable: true },
          password: { type: 'string', referenceable: true, encrypted: true, len_min: 0 },
          database: { type: 'integer', default: 0 },
          ssl: { type: 'boolean', default: false },
          ssl_verify: { type: 'boolean', default: false },
          server_name: text,
        },
      },
      hide_client_headers: flag(false),
      error_code: { type: 'number', default: 429, gt: 0 },
      error_message: { type: 'string', default: 'API rate limit exceeded' },
      sync_rate: { type: 'number', required: true, default: -1 },
    },
    {
      redis_host: ['redis', 'host'],
      redis_port: ['redis', 'port'],
      redis_timeout: ['redis', 'timeout'],
      redis_username: ['redis', 'username'],
      redis_password: ['redis', 'password'],
      redis_database: ['redis', 'database'],
      redis_ssl: ['redis', 'ssl'],
      redis_ssl_verify: ['redis', 'ssl_verify'],
      redis_server_name: ['redis', 'server_name'],
    },
  ),
  checks: (config) => [...periodFaults(config), ...conditionFaults(config)],
};

function periodFaults(config: Body): readonly string[] {
  const set = periods.flatMap((period) => {
    const value = config[period];
    return typeof value === 'number' ? [{ period, value }] : [];
  });
  if (set.length === 0) {
    return [
      `at least one of these fields must be non-empty: ${periods.map((period) => `'config.${period}'`).join(', ')}`,
    ];
  }
  return set.flatMap((lower, index) =>
    set
      .slice(index + 1)
      .filter((upper) => upper.value < lower.value)
      .map((upper) => `The limit for ${shown(upper)} cannot be lower than the limit for ${shown(lower)}`),
  );
}

function shown({ period, value }: { readonly period: string; readonly value: number }): string {
  return `${period}(${value.toFixed(1)})`;
}

function conditionFaults({
  limit_by: by,
  header_name: header,
  path,
  policy,
  redis_host: host,
}: Body): readonly string[] {
  const failed = (field: string) => `failed conditional validation given value of field '${field}'`;
  return [
    ...((by === 'header' && header === null) || (by === 'path' && path === null) ? [failed('config.limit_by')] : []),
    ...(policy === 'redis' && host === null ? [failed('config.policy')] : []),
  ];
}

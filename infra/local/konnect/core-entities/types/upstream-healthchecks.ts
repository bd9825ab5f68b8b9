import type { JsonSchema } from '../../schema.ts';
import { plainPath } from './common.ts';

const successStatuses = [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308];

/** What Kong assumes of an upstream whose health checks are not set: all thresholds 0, so none of them acts. */
export const healthcheckDefaults = {
  threshold: 0,
  active: {
    type: 'http',
    concurrency: 10,
    timeout: 1,
    http_path: '/',
    https_verify_certificate: true,
    healthy: { http_statuses: [200, 302], interval: 0, successes: 0 },
    unhealthy: {
      http_statuses: [429, 404, 500, 501, 502, 503, 504, 505],
      http_failures: 0,
      interval: 0,
      tcp_failures: 0,
      timeouts: 0,
    },
  },
  passive: {
    type: 'http',
    healthy: { http_statuses: successStatuses, successes: 0 },
    unhealthy: { http_statuses: [429, 500, 503], http_failures: 0, tcp_failures: 0, timeouts: 0 },
  },
};

const type = { type: 'string', enum: ['grpc', 'grpcs', 'http', 'https', 'tcp'] };
const count = { type: 'integer', minimum: 0, maximum: 255 };
const seconds = { type: 'number', minimum: 0, maximum: 65_535 };
const statuses = { type: 'array', items: { type: 'integer', minimum: 100, maximum: 999 } };

export const healthchecksField: JsonSchema = record({
  threshold: { type: 'number', minimum: 0, maximum: 100 },
  active: record({
    type,
    concurrency: { type: 'integer', minimum: 1, maximum: 2_147_483_648 },
    timeout: seconds,
    http_path: { type: 'string', maxLength: 1024, pattern: `^${plainPath}$` },
    https_sni: { type: 'string', minLength: 1, maxLength: 256, pattern: '^[0-9A-Za-z_.\\-]+$' },
    https_verify_certificate: { type: 'boolean' },
    headers: {
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string', minLength: 1 } },
    },
    healthy: record({ http_statuses: statuses, interval: seconds, successes: count }),
    unhealthy: record({
      http_statuses: statuses,
      http_failures: count,
      interval: seconds,
      tcp_failures: count,
      timeouts: count,
    }),
  }),
  passive: record({
    type,
    healthy: record({ http_statuses: statuses, successes: count }),
    unhealthy: record({ http_statuses: statuses, http_failures: count, tcp_failures: count, timeouts: count }),
  }),
});

function record(properties: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties: false, properties };
}

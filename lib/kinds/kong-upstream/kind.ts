import { isRecord } from '../../engine/objects.ts';
import { difference, rulesFor } from '../../konnect/normalise.ts';
import { byName, fieldsWithout, inControlPlane, specTags } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { type Fields, schema, served } from './schema.ts';

const healthchecks = {
  threshold: 0,
  active: {
    type: 'http',
    http_path: '/',
    concurrency: 10,
    timeout: 1,
    https_verify_certificate: true,
    https_sni: null,
    headers: null,
    healthy: { interval: 0, successes: 0, http_statuses: [200, 302] },
    unhealthy: {
      interval: 0,
      http_failures: 0,
      tcp_failures: 0,
      timeouts: 0,
      http_statuses: [429, 404, 500, 501, 502, 503, 504, 505],
    },
  },
  passive: {
    type: 'http',
    healthy: {
      successes: 0,
      http_statuses: [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308],
    },
    unhealthy: { http_failures: 0, tcp_failures: 0, timeouts: 0, http_statuses: [429, 500, 503] },
  },
};

const rules = rulesFor({
  whole: ['healthchecks.active.headers'],
  defaults: {
    sticky_sessions_cookie_path: '/',
    algorithm: 'round-robin',
    slots: 10_000,
    hash_on: 'none',
    hash_fallback: 'none',
    hash_on_cookie_path: '/',
    use_srv_name: false,
    host_header: null,
    hash_on_header: null,
    hash_on_cookie: null,
    hash_on_query_arg: null,
    hash_on_uri_capture: null,
    hash_fallback_header: null,
    hash_fallback_query_arg: null,
    hash_fallback_uri_capture: null,
    client_certificate: null,
  },
});

export const kind = entityKind({
  ...served,
  description: 'An upstream in Konnect: a host name that stands for several targets.',
  schema,
  parents: [entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name'))],
  mapping: {
    collection: inControlPlane('upstreams'),
    body: (object) => {
      const { healthchecks, ...fields } = fieldsWithout(fieldsOf(schema, object).spec, 'controlPlaneRef', 'tags');
      return healthchecks === undefined ? fields : { ...fields, healthchecks: withHeaderLists(healthchecks) };
    },
    tags: specTags,
    // Each part that is not set has a default of its own.
    difference: (body, entity) =>
      difference({ ...body, healthchecks: completed(healthchecks, body['healthchecks']) }, entity, rules),
    uniqueName: byName,
  },
});

type HealthChecks = NonNullable<Fields['spec']['healthchecks']>;

/** The CRD has one value for each header, Konnect a list of them. */
function withHeaderLists(checks: HealthChecks): Readonly<Record<string, unknown>> {
  const headers = checks.active?.headers;
  if (checks.active === undefined || headers === undefined) return checks;
  const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return { ...checks, active: { ...checks.active, headers: lists } };
}

function completed(defaults: unknown, given: unknown): unknown {
  if (given === undefined) return defaults;
  if (!isRecord(defaults) || !isRecord(given)) return given;
  const names = new Set([...Object.keys(defaults), ...Object.keys(given)]);
  return Object.fromEntries([...names].map((name) => [name, completed(defaults[name], given[name])]));
}

import { difference, rulesFor } from '../../konnect/normalise.ts';
import { byName, fieldsWithout, inControlPlane, specTags } from '../core-paths.ts';
import { entityKind } from '../entity-kind.ts';
import { fieldsOf } from '../fields.ts';
import { entityControlPlaneRef } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { type Fields, schema, served } from './schema.ts';

const rules = rulesFor({
  defaults: {
    algorithm: 'round-robin',
    slots: 10_000,
    hash_on: 'none',
    hash_fallback: 'none',
    hash_on_cookie_path: '/',
    use_srv_name: false,
    host_header: null,
    hash_on_header: null,
    hash_on_cookie: null,
    hash_fallback_header: null,
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
    difference: (body, entity) => difference(body, entity, rules),
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

import { difference, rulesFor } from '../../konnect/normalise.ts';
import { inControlPlane, present, specTags } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { informsPlugins } from '../kong-plugin/ref.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

// `url` is write-only: Konnect answers with its parts, which are what is sent and compared.
const rules = rulesFor({
  defaults: {
    protocol: 'http',
    port: 80,
    path: null,
    connect_timeout: 60_000,
    read_timeout: 60_000,
    write_timeout: 60_000,
    retries: 5,
    enabled: true,
    name: null,
    tls_verify: null,
    tls_verify_depth: null,
  },
});

export const kind = entityKind({
  ...served,
  description: 'A service in Konnect: an upstream API that routes lead to.',
  schema,
  informs: [informsPlugins],
  parents: [entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name'))],
  // Konnect refuses to delete a service that routes lead to.
  heldWhileReferenced: true,
  mapping: {
    collection: inControlPlane('services'),
    body: (object) => {
      const { controlPlaneRef: _, tags: __, url, ...fields } = fieldsOf(schema, object).spec;
      return present({ ...fields, ...(url ? partsOf(url) : {}) });
    },
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    uniqueName: ({ name }) => (typeof name === 'string' ? name : undefined),
  },
});

const securePorts: Readonly<Record<string, number>> = { https: 443, wss: 443, tls: 443, grpcs: 443 };

/** What Konnect makes of a `url`; it wins over the fields of the same names, also where it has no path. */
function partsOf(url: string): Readonly<Record<string, unknown>> {
  if (!URL.canParse(url)) return { url }; // Konnect says what is wrong with it
  const { protocol, hostname, port, pathname } = new URL(url);
  const scheme = protocol.replace(':', '');
  return {
    protocol: scheme,
    host: hostname,
    port: port === '' ? (securePorts[scheme] ?? 80) : Number(port),
    path: pathname === '/' || pathname === '' ? undefined : pathname,
  };
}

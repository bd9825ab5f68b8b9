import { difference, rulesFor } from '../../konnect/normalise.ts';
import { fieldsWithout, inControlPlane, specTags, under } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { namedAt, parentRef } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({ defaults: { failover: false } });

export const kind = entityKind({
  ...served,
  description: 'A target in Konnect: one address behind an upstream.',
  schema,
  parents: [
    parentRef({
      name: 'upstream',
      kind: 'KongUpstream',
      condition: 'KongUpstreamRefValid',
      targets: namedAt('spec', 'upstreamRef', 'name'),
    }),
  ],
  mapping: {
    collection: under('upstreams', 'upstream', 'targets'),
    flat: inControlPlane('targets'),
    body: (object) => fieldsWithout(fieldsOf(schema, object).spec, 'upstreamRef', 'tags'),
    tags: specTags,
    // Konnect writes a target with its port.
    difference: (body, entity) => difference({ ...body, target: withPort(String(body['target'])) }, entity, rules),
    computed: ['upstream'],
    parents: { upstreamID: 'upstream' },
  },
});

/** Konnect adds the port 8000 to a target without one, and brackets to an IPv6 address. */
function withPort(target: string): string {
  if (/^\[.+\]:\d+$/.test(target)) return target;
  if (target.startsWith('[')) return `${target}:8000`;
  const colons = target.split(':').length - 1;
  if (colons > 1) return `[${target}]:8000`;
  return colons === 1 ? target : `${target}:8000`;
}

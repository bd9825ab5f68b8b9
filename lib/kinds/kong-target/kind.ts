import { difference, rulesFor } from '../../konnect/normalise.ts';
import { fieldsWithout, inControlPlane, refersTo, specTags, under } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { namedAt, parentRef } from '../parent-ref.ts';
import { wholeAddress } from './address.ts';
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
    // Konnect writes an address in a form of its own.
    difference: (body, entity) => difference(canonical(body), canonical(entity), rules),
    isRival: (body, other, ids) =>
      canonical(body)['target'] === canonical(other)['target'] && refersTo(other, 'upstream', ids['upstream']),
    computed: ['upstream'],
    parents: { upstreamID: 'upstream' },
  },
});

function canonical(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...fields, target: wholeAddress(String(fields['target'])) };
}

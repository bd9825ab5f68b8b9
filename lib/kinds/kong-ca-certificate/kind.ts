import { difference, rulesFor } from '../../konnect/normalise.ts';
import { fieldsWithout, inControlPlane, specTags } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({});

export const kind = entityKind({
  ...served,
  description: 'A certificate authority in Konnect that data planes trust.',
  schema,
  parents: [entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name'))],
  mapping: {
    collection: inControlPlane('ca_certificates'),
    body: (object) => fieldsWithout(fieldsOf(schema, object).spec, 'controlPlaneRef', 'tags'),
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    computed: ['cert_digest'],
  },
});

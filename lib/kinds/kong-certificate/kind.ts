import { secretResource } from '../../engine/objects.ts';
import { difference, rulesFor } from '../../konnect/normalise.ts';
import { readCertificates, reasonsOfSecrets, wakesBySecrets } from '../certificate-source.ts';
import { fieldsWithout, inControlPlane, specTags } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({ secret: ['key', 'key_alt'], defaults: { cert_alt: null, key_alt: null } });

const held = [
  { ref: 'secretRef', keys: { cert: 'tls.crt', key: 'tls.key' } },
  { ref: 'secretRefAlt', keys: { cert_alt: 'tls.crt', key_alt: 'tls.key' } },
];

export const kind = entityKind({
  ...served,
  description: 'A certificate in Konnect that data planes show to clients.',
  schema,
  reasons: reasonsOfSecrets,
  parents: [entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name'))],
  // Konnect refuses to delete a certificate that server names show.
  heldWhileReferenced: true,
  wakes: wakesBySecrets(held),
  access: [{ resource: secretResource, verbs: ['get'] }],
  mapping: {
    collection: inControlPlane('certificates'),
    body: (object) =>
      fieldsWithout(fieldsOf(schema, object).spec, 'controlPlaneRef', 'tags', 'type', 'secretRef', 'secretRefAlt'),
    inputs: readCertificates(held),
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    computed: ['snis'],
  },
});

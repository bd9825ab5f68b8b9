import { secretResource } from '../../engine/objects.ts';
import { difference, rulesFor } from '../../konnect/normalise.ts';
import { readCertificates, reasonsOfSecrets, wakesBySecrets } from '../certificate-source.ts';
import { fieldsWithout, inControlPlane, specTags } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({});

const held = [{ ref: 'secretRef', keys: { cert: 'ca.crt' } }];

export const kind = entityKind({
  ...served,
  description: 'A certificate authority in Konnect that data planes trust.',
  schema,
  reasons: reasonsOfSecrets,
  parents: [entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name'))],
  wakes: wakesBySecrets(held),
  access: [{ resource: secretResource, verbs: ['get'] }],
  mapping: {
    collection: inControlPlane('ca_certificates'),
    body: (object) => fieldsWithout(fieldsOf(schema, object).spec, 'controlPlaneRef', 'tags', 'type', 'secretRef'),
    inputs: readCertificates(held, oneAuthority),
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    computed: ['cert_digest'],
    isRival: ({ cert }, other) => difference({ cert }, other, rules).length === 0,
  },
});

function oneAuthority({ cert = '' }: Readonly<Record<string, string>>): string | undefined {
  const count = cert.split('-----BEGIN CERTIFICATE-----').length - 1;
  if (count === 1) return undefined;
  return `the key ca.crt of the Secret holds ${count} certificates in PEM, and Konnect takes one alone: make an object for each`;
}

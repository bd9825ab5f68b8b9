import { difference, rulesFor } from '../../konnect/normalise.ts';
import { byName, fieldsWithout, inControlPlane, specTags } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { namedAt, parentRef } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({});

export const kind = entityKind({
  ...served,
  description: 'A server name in Konnect, and the certificate that clients see who ask for it.',
  schema,
  parents: [
    parentRef({
      name: 'certificate',
      kind: 'KongCertificate',
      condition: 'KongCertificateRefValid',
      targets: namedAt('spec', 'certificateRef', 'name'),
    }),
  ],
  mapping: {
    collection: inControlPlane('snis'),
    body: (object, ids) => ({
      ...fieldsWithout(fieldsOf(schema, object).spec, 'certificateRef', 'tags'),
      certificate: { id: ids['certificate'] },
    }),
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    uniqueName: byName,
    parents: { certificateID: 'certificate' },
  },
});

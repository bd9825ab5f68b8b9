import type { KubernetesObject } from '../../engine/objects.ts';
import { difference, rulesFor } from '../../konnect/normalise.ts';
import { byName, fieldsWithout, inControlPlane, sameIn, specTags } from '../core-paths.ts';
import { fieldsOf, textAt } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt, parentRef } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({ secret: ['jwk', 'pem.private_key'], defaults: { set: null, name: null } });

export const kind = entityKind({
  ...served,
  description: 'A key in Konnect that tokens are checked or made with.',
  schema,
  parents: [
    parentRef({
      name: 'keySet',
      kind: 'KongKeySet',
      condition: 'KeySetRefValid',
      targets: namedAt('spec', 'keySetRef', 'namespacedRef', 'name'),
    }),
    entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name')),
  ],
  mapping: {
    collection: inControlPlane('keys'),
    body: (object, ids) => ({
      ...fieldsWithout(fieldsOf(schema, object).spec, 'controlPlaneRef', 'keySetRef', 'tags'),
      ...setOf(object, ids['keySet']),
    }),
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    uniqueName: byName,
    isRival: sameIn('name', 'kid'),
    parents: { keySetID: 'keySet' },
  },
});

/** By its object, or by the id that it has in Konnect. */
function setOf({ spec }: KubernetesObject, found: string | undefined) {
  const byId = textAt(spec, 'keySetRef', 'type') === 'konnectID' ? textAt(spec, 'keySetRef', 'konnectID') : undefined;
  const id = byId ?? found;
  return id === undefined ? {} : { set: { id } };
}

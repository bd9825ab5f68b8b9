import { difference, rulesFor } from '../../konnect/normalise.ts';
import { byName, fieldsWithout, inControlPlane, specTags } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { informsPlugins } from '../kong-plugin/ref.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef, namesControlPlane } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({});

export const kind = entityKind({
  ...served,
  description: 'A group of consumers in Konnect.',
  schema,
  informs: [informsPlugins],
  parents: [entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name'))],
  concerns: namesControlPlane,
  mapping: {
    collection: inControlPlane('consumer_groups'),
    body: (object) => fieldsWithout(fieldsOf(schema, object).spec ?? {}, 'controlPlaneRef', 'tags'),
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    uniqueName: byName,
  },
});

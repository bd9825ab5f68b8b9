import { difference, rulesFor } from '../../konnect/normalise.ts';
import { fieldsWithout, inControlPlane, sameIn, specTags, under } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { namedAt, parentRef } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({ secret: ['key'] });

export const kind = entityKind({
  ...served,
  description: 'An API key of a consumer.',
  schema,
  parents: [
    parentRef({
      name: 'consumer',
      kind: 'KongConsumer',
      condition: 'KongConsumerRefValid',
      targets: namedAt('spec', 'consumerRef', 'name'),
    }),
  ],
  mapping: {
    collection: under('consumers', 'consumer', 'key-auth'),
    flat: inControlPlane('key-auths'),
    body: (object) => fieldsWithout(fieldsOf(schema, object).spec, 'consumerRef', 'tags'),
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    isRival: sameIn('key'),
    computed: ['consumer'],
    parents: { consumerID: 'consumer' },
  },
});

import { difference, rulesFor } from '../../konnect/normalise.ts';
import { fieldsWithout, inControlPlane, sameIn, specTags, under } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { namedAt, parentRef } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({ secret: ['secret'] });

export const kind = entityKind({
  ...served,
  description: 'A user name and secret with which a consumer signs requests.',
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
    collection: under('consumers', 'consumer', 'hmac-auth'),
    flat: inControlPlane('hmac-auths'),
    body: (object) => fieldsWithout(fieldsOf(schema, object).spec, 'consumerRef', 'tags', 'id'),
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    isRival: sameIn('username'),
    computed: ['consumer'],
    generated: ['secret'],
    parents: { consumerID: 'consumer' },
  },
});

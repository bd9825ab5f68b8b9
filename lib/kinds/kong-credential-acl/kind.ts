import { difference, rulesFor } from '../../konnect/normalise.ts';
import { fieldsWithout, inControlPlane, refersTo, specTags, under } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { namedAt, parentRef } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({});

export const kind = entityKind({
  ...served,
  description: 'A group that a consumer is in, for access control lists.',
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
    collection: under('consumers', 'consumer', 'acls'),
    flat: inControlPlane('acls'),
    body: (object) => fieldsWithout(fieldsOf(schema, object).spec, 'consumerRef', 'tags'),
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    isRival: (body, other, ids) => body['group'] === other['group'] && refersTo(other, 'consumer', ids['consumer']),
    computed: ['consumer'],
    parents: { consumerID: 'consumer' },
  },
});

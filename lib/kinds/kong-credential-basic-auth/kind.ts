import { difference, rulesFor } from '../../konnect/normalise.ts';
import { fieldsWithout, inControlPlane, sameIn, specTags, under } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { namedAt, parentRef } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

// Konnect answers with a hash: an edit of the object sends the password anew, and nothing else can tell.
const rules = rulesFor({ ignored: ['password'] });

export const kind = entityKind({
  ...served,
  description: 'A user name and password of a consumer.',
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
    collection: under('consumers', 'consumer', 'basic-auth'),
    flat: inControlPlane('basic-auths'),
    body: (object) => fieldsWithout(fieldsOf(schema, object).spec, 'consumerRef', 'tags'),
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    isRival: sameIn('username'),
    computed: ['consumer'],
    parents: { consumerID: 'consumer' },
  },
});

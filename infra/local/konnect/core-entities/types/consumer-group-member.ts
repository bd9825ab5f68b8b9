import type { EntityType } from '../entity-type.ts';
import { referenceField } from './common.ts';

/** That a consumer is in a group. Never seen itself: `memberships.ts` serves it from both ends. */
export const consumerGroupMember: EntityType = {
  collection: 'consumer_group_members',
  name: 'consumer_group_member',
  properties: { consumer: referenceField, consumer_group: referenceField },
  required: ['consumer', 'consumer_group'],
  defaults: () => ({}),
  keys: [['consumer', 'consumer_group']],
  references: [
    { field: 'consumer', to: 'consumers', onDelete: 'cascade', disputed: true },
    { field: 'consumer_group', to: 'consumer_groups', onDelete: 'cascade', disputed: true },
  ],
  served: 'nothing',
  limit: 50_000,
};

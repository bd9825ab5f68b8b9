import type { Body } from '../../schema.ts';
import { type Entity, entityTable, type Plane } from '../../state.ts';
import { idBy, pointingAt } from '../constraints.ts';
import type { EntityType } from '../entity-type.ts';
import { consumerGroupMember } from './consumer-group-member.ts';

const word = String.raw`[\p{N}\p{L}.\-_~]`;

export const consumerGroup: EntityType = {
  collection: 'consumer_groups',
  name: 'consumer_group',
  properties: { name: { type: 'string', minLength: 1, maxLength: 128, pattern: `^${word}*$` } },
  required: ['name'],
  defaults: () => ({}),
  keys: [['name']],
  references: [],
  label: 'name',
  present,
  limit: 1000,
};

/**
 * A single group comes in a wrapper with its members; lists and writes answer the bare group. Its plugins are not in it: decK
 * reads them from the list of plugins, and would count twice what it found here.
 */
function present(group: Entity, plane: Plane): Body {
  const { rows } = entityTable(plane, 'consumers');
  const members = pointingAt(plane, consumerGroupMember, 'consumer_group', group.id);
  const consumers = members.flatMap((member) => rows.get(idBy(consumerGroupMember, 'consumer', member) ?? '') ?? []);
  return { consumer_group: group, consumers };
}

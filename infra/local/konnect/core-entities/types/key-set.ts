import type { EntityType } from '../entity-type.ts';
import { nameField } from './common.ts';

export const keySet: EntityType = {
  collection: 'key-sets',
  name: 'key-set',
  properties: { name: nameField },
  required: [],
  defaults: () => ({}),
  keys: [['name']],
  references: [],
  label: 'name',
  limit: 1000,
};

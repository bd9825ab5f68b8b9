import type { EntityType } from '../entity-type.ts';

const username = String.raw`[\p{L}\p{N}.\-_~+@/\[\]]`;
const customId = String.raw`[0-9a-zA-Z.\-_~\(\)#%@|+\[\]]`;

export const consumer: EntityType = {
  collection: 'consumers',
  name: 'consumer',
  properties: {
    username: { type: 'string', minLength: 1, maxLength: 128, pattern: `^${username}+(?: ${username}+)*$` },
    custom_id: { type: 'string', minLength: 1, maxLength: 128, pattern: `^${customId}+(?: ${customId}+)*$` },
  },
  required: [],
  defaults: () => ({}),
  keys: [['username'], ['custom_id']],
  references: [],
  label: 'username',
  filterField: 'username',
  filters: ['custom_id'],
  rules: (fields) =>
    fields['username'] === undefined && fields['custom_id'] === undefined
      ? ['at least one of custom_id or username must be set']
      : [],
  limit: 50_000,
};

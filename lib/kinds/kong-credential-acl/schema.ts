import { once } from '../../once.ts';
import { credentialFields } from '../credential-fields.ts';
import type { FieldsOf } from '../define.ts';
import { text } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';

export const schema = once(() =>
  credentialFields('A group that a consumer is in, as the acl plugin knows groups.', {
    group: text('Name of the group.'),
  }),
);

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongCredentialACL', { columns: [programmedColumn] });

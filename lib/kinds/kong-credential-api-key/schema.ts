import { once } from '../../once.ts';
import { credentialFields } from '../credential-fields.ts';
import type { FieldsOf } from '../define.ts';
import { text } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';

export const schema = once(() =>
  credentialFields('A key of a consumer.', {
    key: text('The key, unique in the control plane. Readable by everybody who may read this object.'),
  }),
);

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongCredentialAPIKey', { columns: [programmedColumn] });

import { once } from '../../once.ts';
import { credentialFields } from '../credential-fields.ts';
import type { FieldsOf } from '../define.ts';
import { text } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';

export const schema = once(() =>
  credentialFields('A name and a password of a consumer.', {
    username: text('The name, unique in the control plane.'),
    password: text('The password. Readable by everybody who may read this object.'),
  }),
);

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongCredentialBasicAuth', { columns: [programmedColumn] });

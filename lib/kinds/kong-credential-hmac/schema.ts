import { once } from '../../once.ts';
import { credentialFields } from '../credential-fields.ts';
import type { FieldsOf } from '../define.ts';
import { optional, text } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';

export const schema = once(() =>
  credentialFields('A name and a secret that a consumer signs requests with.', {
    id: optional(text('Not used: the id is chosen for you.')),
    username: text('The name, unique in the control plane.'),
    secret: optional(
      text('The secret; Konnect makes one where absent. Readable by everybody who may read this object.'),
    ),
  }),
);

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongCredentialHMAC', { columns: [programmedColumn] });

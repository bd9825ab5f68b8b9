import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import { frozenWhileProgrammed, nameRef, tags } from '../ref-fields.ts';
import { kindFields, object, optional, text } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';

export const schema = once(() => {
  const spec = object('A server name, and the certificate that clients see who ask for it.', {
    certificateRef: nameRef(
      'The certificate. Fixed while programmed.',
      'Name of the certificate object, in the same namespace.',
      { minLength: 1 },
    ),
    name: text('The server name; may begin or end with a wildcard.', { minLength: 1 }),
    tags: optional(tags()),
  });

  const status = entityStatus({ certificateID: optional(text('Id of the certificate in Konnect.')) });

  return kindFields(
    { spec, status: optional(status) },
    {
      rules: [
        {
          ...frozenWhileProgrammed('spec.certificateRef'),
          message: 'spec.certificateRef is immutable when programmed',
        },
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongSNI', { columns: [programmedColumn] });

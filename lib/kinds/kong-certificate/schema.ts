import type { FieldsOf } from '../define.ts';
import {
  controlPlaneOfOwnNamespace,
  controlPlaneRequiredOnceSet,
  entityControlPlaneRef,
  frozenWhileProgrammed,
  kicRefused,
  tags,
} from '../ref-fields.ts';
import { kindFields, object, optional, text, withRules } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';

const spec = withRules(
  object('A certificate that data planes show to clients.', {
    controlPlaneRef: entityControlPlaneRef(),
    cert: text('The certificate in PEM, followed by those between it and the root.'),
    key: text('The private key of the certificate in PEM. Readable by everybody who may read this object.'),
    cert_alt: optional(text('A second certificate in PEM, for a key of the other kind: RSA beside ECDSA.')),
    key_alt: optional(text('The private key of the second certificate in PEM.')),
    tags: optional(tags()),
  }),
  kicRefused,
);

export const schema = kindFields(
  { spec, status: optional(entityStatus({})) },
  {
    rules: [controlPlaneRequiredOnceSet, controlPlaneOfOwnNamespace, frozenWhileProgrammed('spec.controlPlaneRef')],
  },
);

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongCertificate', { columns: [programmedColumn] });

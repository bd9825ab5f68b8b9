import { once } from '../../once.ts';
import { certificateSecretRef, sourceField, sourceRules } from '../certificate-source.ts';
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

/** The rules that go with certificates in Secrets. */
export const secretRules = sourceRules(['cert', 'key'], ['secretRef', 'secretRefAlt']);

export const schema = once(() => {
  const spec = withRules(
    object('A certificate that data planes show to clients.', {
      controlPlaneRef: entityControlPlaneRef(),
      ...sourceField,
      cert: optional(text('The certificate in PEM, followed by those between it and the root.')),
      key: optional(text('The private key of the certificate in PEM. Readable by everybody who may read this object.')),
      cert_alt: optional(text('A second certificate in PEM, for a key of the other kind: RSA beside ECDSA.')),
      key_alt: optional(text('The private key of the second certificate in PEM.')),
      secretRef: certificateSecretRef(
        'The Secret that holds the certificate, under tls.crt and tls.key. For type secretRef.',
      ),
      secretRefAlt: certificateSecretRef('A Secret that holds a second certificate, for a key of the other kind.'),
      tags: optional(tags()),
    }),
    kicRefused,
    ...secretRules,
  );

  return kindFields(
    { spec, status: optional(entityStatus({})) },
    {
      rules: [controlPlaneRequiredOnceSet, controlPlaneOfOwnNamespace, frozenWhileProgrammed('spec.controlPlaneRef')],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongCertificate', { columns: [programmedColumn] });

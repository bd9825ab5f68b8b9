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

/** The rules that go with a certificate in a Secret. */
export const secretRules = sourceRules(['cert'], ['secretRef']);

export const schema = once(() => {
  const spec = withRules(
    object('A certificate authority that data planes trust.', {
      controlPlaneRef: entityControlPlaneRef(),
      ...sourceField,
      cert: optional(text('The certificate of the authority in PEM, one alone.')),
      secretRef: certificateSecretRef('The Secret that holds the certificate, under ca.crt. For type secretRef.'),
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

export const served = configurationKind('KongCACertificate', { columns: [programmedColumn] });

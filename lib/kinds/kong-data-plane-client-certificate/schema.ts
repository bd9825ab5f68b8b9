import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import {
  controlPlaneOfOwnNamespace,
  controlPlaneRequiredOnceSet,
  entityControlPlaneRef,
  frozenUnless,
  frozenWhileProgrammed,
  kicRefused,
  programmed,
} from '../ref-fields.ts';
import { kindFields, object, optional, text, withRules } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';

export const schema = once(() => {
  const spec = withRules(
    object('A certificate that data planes of the control plane show to Konnect.', {
      controlPlaneRef: entityControlPlaneRef(),
      cert: text('The certificate in PEM. Fixed while programmed.', { minLength: 1 }),
    }),
    kicRefused,
  );

  return kindFields(
    { spec, status: optional(entityStatus({})) },
    {
      rules: [
        controlPlaneRequiredOnceSet,
        frozenUnless(`!has(self.spec.controlPlaneRef) ? true : (!${programmed})`, 'spec.controlPlaneRef'),
        frozenWhileProgrammed('spec.cert'),
        controlPlaneOfOwnNamespace,
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongDataPlaneClientCertificate', { columns: [programmedColumn] });

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
  object('A certificate authority that data planes trust.', {
    controlPlaneRef: entityControlPlaneRef(),
    cert: text('The certificate of the authority in PEM, one alone.'),
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

export const served = configurationKind('KongCACertificate', { columns: [programmedColumn] });

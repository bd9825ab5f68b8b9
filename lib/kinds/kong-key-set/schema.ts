import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import {
  controlPlaneOfOwnNamespace,
  entityControlPlaneRef,
  frozenWhileProgrammed,
  kicRefused,
  tags,
} from '../ref-fields.ts';
import { kindFields, object, optional, text, withRules } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';

export const schema = once(() => {
  const spec = withRules(
    object('The set as it should be in Konnect. Keys say which set they are in.', {
      controlPlaneRef: entityControlPlaneRef(),
      name: text('Name of the set, unique in the control plane.', { minLength: 1 }),
      tags: optional(tags()),
    }),
    kicRefused,
  );

  return kindFields(
    { spec, status: optional(entityStatus({})) },
    { rules: [frozenWhileProgrammed('spec.controlPlaneRef'), controlPlaneOfOwnNamespace] },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongKeySet', { columns: [programmedColumn] });

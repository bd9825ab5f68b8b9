import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import {
  controlPlaneOfOwnNamespaceInSpec,
  controlPlaneRequiredOnceSetInSpec,
  entityControlPlaneRef,
  frozenUnless,
  notProgrammed,
  tags,
} from '../ref-fields.ts';
import { kindFields, object, optional, text } from '../schema.ts';
import { ageColumn, configurationKind, ingressProgrammedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';

export const schema = once(() => {
  const spec = object('The group as it should be in Konnect. Without a control plane, the object is not for Konnect.', {
    controlPlaneRef: optional(entityControlPlaneRef()),
    name: optional(text('Name of the group, unique in the control plane. Konnect demands one.')),
    tags: optional(tags()),
  });

  return kindFields(
    { spec: optional(spec), status: optional(entityStatus({}, {})) },
    {
      rules: [
        controlPlaneRequiredOnceSetInSpec,
        controlPlaneOfOwnNamespaceInSpec,
        frozenUnless(
          `(!has(oldSelf.spec) || !has(oldSelf.spec.controlPlaneRef)) ? true : ${notProgrammed}`,
          'spec.controlPlaneRef',
        ),
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongConsumerGroup', {
  version: 'v1beta1',
  ingress: true,
  shortNames: ['kcg'],
  columns: [ageColumn, ingressProgrammedColumn],
});

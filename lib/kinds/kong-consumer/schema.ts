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
import { celRule, kindFields, listSet, object, optional, text } from '../schema.ts';
import { ageColumn, configurationKind, ingressProgrammedColumn } from '../served.ts';
import { entityStatus } from '../status-fields.ts';

export const schema = once(() => {
  const spec = object('Where in Konnect the consumer belongs. Without it, the object is not for Konnect.', {
    controlPlaneRef: optional(entityControlPlaneRef()),
    tags: optional(tags()),
  });

  return kindFields(
    {
      username: optional(text('Name of the consumer, unique in the control plane.')),
      custom_id: optional(text('Id of the consumer in a system of yours, unique in the control plane.')),
      credentials: optional(
        listSet('Secrets that hold credentials of the consumer.', text('Name of the Secret, in the same namespace.')),
      ),
      consumerGroups: optional(
        listSet('Groups that the consumer is in.', text('Name of the group object, in the same namespace.')),
      ),
      spec: optional(spec),
      status: optional(entityStatus({}, {})),
    },
    {
      rules: [
        celRule('has(self.username) || has(self.custom_id)', 'Need to provide either username or custom_id'),
        controlPlaneRequiredOnceSetInSpec,
        controlPlaneOfOwnNamespaceInSpec,
        frozenUnless(
          `(!has(self.spec) || !has(self.spec.controlPlaneRef)) ? true : ${notProgrammed}`,
          'spec.controlPlaneRef',
        ),
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongConsumer', {
  version: 'v1',
  ingress: true,
  shortNames: ['kc'],
  columns: [
    { name: 'Username', type: 'string', jsonPath: '.username', description: 'Name of the consumer.' },
    ageColumn,
    ingressProgrammedColumn,
  ],
});

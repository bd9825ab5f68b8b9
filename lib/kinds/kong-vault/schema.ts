import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import { controlPlaneRequiredOnceSet, entityControlPlaneRef, frozenUnless, programmed, tags } from '../ref-fields.ts';
import { celRule, freeForm, kindFields, object, optional, text } from '../schema.ts';
import { ageColumn, configurationKind, ingressProgrammedColumn } from '../served.ts';
import { conditions, pending, placeInKonnect } from '../status-fields.ts';

export const schema = once(() => {
  const spec = object('The vault as it should be in Konnect: where data planes read secrets from.', {
    controlPlaneRef: optional(entityControlPlaneRef()),
    backend: text('What holds the secrets: env, aws, gcp, azure, hcv, conjur or konnect.', { minLength: 1 }),
    prefix: text('What references to its secrets begin with. Fixed.', { minLength: 1 }),
    description: optional(text('What the vault is for, shown in Konnect.')),
    config: optional(freeForm('Configuration of the backend, as its documentation says.')),
    tags: optional(tags()),
  });

  // Other than that of most kinds, this status has no default, and where there is one it must have conditions.
  const status = object('What is known of the vault in Konnect.', {
    conditions: conditions({ default: pending('Programmed') }),
    konnect: optional(placeInKonnect({})),
  });

  return kindFields(
    { spec, status: optional(status) },
    {
      rules: [
        celRule('self.spec.prefix == oldSelf.spec.prefix', 'The spec.prefix field is immutable'),
        controlPlaneRequiredOnceSet,
        frozenUnless(
          `(!has(self.status) || !${programmed} || !has(self.spec.controlPlaneRef))`,
          'spec.controlPlaneRef',
        ),
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongVault', {
  scope: 'Cluster',
  ingress: true,
  shortNames: ['kv'],
  columns: [
    { name: 'Backend Type', type: 'string', jsonPath: '.spec.backend', description: 'What holds the secrets.' },
    {
      name: 'Prefix',
      type: 'string',
      jsonPath: '.spec.prefix',
      description: 'What references to its secrets begin with.',
    },
    ageColumn,
    {
      name: 'Description',
      type: 'string',
      jsonPath: '.spec.description',
      description: 'What the vault is for.',
      priority: 1,
    },
    ingressProgrammedColumn,
  ],
});

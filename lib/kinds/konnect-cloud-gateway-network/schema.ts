import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import { frozenUnless, konnectConfiguration, notProgrammed } from '../ref-fields.ts';
import { celRule, kindFields, list, object, optional, text } from '../schema.ts';
import { idColumn, konnectKind, organizationColumn, programmedColumn } from '../served.ts';
import { conditions, entityIds, pending } from '../status-fields.ts';

export const schema = once(() => {
  const spec = object('The network as it should be in Konnect. All but `konnect` is fixed while programmed.', {
    name: text('Name of the network in Konnect.'),
    cloud_gateway_provider_account_id: text("Id in Konnect of Kong's account with the cloud provider."),
    region: text('Region of the cloud provider, such as eu-central-1.'),
    availability_zones: list('Availability zones of the region.', text('Id of one zone, such as euc1-az1.'), {
      minItems: 1,
      maxItems: 5,
    }),
    cidr_block: text('Range of addresses in CIDR notation, such as 10.4.0.0/16.'),
    state: optional(text('State to begin in: initializing or offline. Konnect takes initializing where absent.')),
    konnect: konnectConfiguration('How to reach Konnect.'),
  });

  const status = object('What is known of the network in Konnect.', {
    ...entityIds(),
    state: optional(text('State of the network in Konnect; data planes can use it in state ready.')),
    conditions: optional(conditions({ default: pending('Programmed') })),
  });

  const frozenState = celRule(
    `${notProgrammed} ? true : (!has(self.spec.state) && !has(oldSelf.spec.state)) || self.spec.state == oldSelf.spec.state`,
    'spec.state is immutable when an entity is already Programmed',
  );

  return kindFields(
    { spec, status: optional(status) },
    {
      rules: [
        frozenUnless(notProgrammed, 'spec.name'),
        frozenUnless(notProgrammed, 'spec.cloud_gateway_provider_account_id'),
        frozenUnless(notProgrammed, 'spec.region'),
        frozenUnless(notProgrammed, 'spec.availability_zones'),
        frozenUnless(notProgrammed, 'spec.cidr_block'),
        frozenState,
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

export const served = konnectKind('KonnectCloudGatewayNetwork', {
  columns: [
    programmedColumn,
    { name: 'State', type: 'string', jsonPath: '.status.state', description: 'State of the network in Konnect.' },
    idColumn,
    organizationColumn,
  ],
});

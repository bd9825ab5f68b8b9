import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import { controlPlaneRef, nameRef } from '../ref-fields.ts';
import { celRule, enumOf, int64, kindFields, list, object, optional, text, withRules } from '../schema.ts';
import { idColumn, konnectKind, organizationColumn, programmedColumn } from '../served.ts';
import { conditions, entityIds, pending } from '../status-fields.ts';

/** Beyond Kong Gateway Operator 1.5.0: a network of the cluster instead of its id, as later versions have it. */
export const networkObjectRef = {
  types: ['namespacedRef'],
  field: 'namespacedRef',
  rules: [
    celRule(
      "(has(self.type) && self.type == 'namespacedRef') ? has(self.namespacedRef) && !has(self.konnectID) : true",
      'when type is namespacedRef, namespacedRef must be set and konnectID must not',
    ),
    celRule(
      "(has(self.type) && self.type == 'namespacedRef') ? true : !has(self.namespacedRef)",
      'namespacedRef is for type namespacedRef',
    ),
  ],
} as const;

export const schema = once(() => {
  const networkRef = withRules(
    object('The network that the data planes are in.', {
      type: optional(enumOf('How the network is named.', ['konnectID', ...networkObjectRef.types])),
      konnectID: optional(text('Id of the network in Konnect. For type konnectID.')),
      namespacedRef: optional(
        nameRef('The network object, in the same namespace. For type namespacedRef.', 'Name of the network object.'),
      ),
    }),
    celRule(
      "(has(self.type) && self.type == 'konnectID') ? has(self.konnectID) : true",
      'when type is konnectID, konnectID must be set',
    ),
    ...networkObjectRef.rules,
  );

  const autoscale = withRules(
    object('How many data planes there are, and of which size.', {
      type: enumOf('static: a number that you choose. autopilot: as many as the load needs.', ['static', 'autopilot']),
      static: optional(
        object('The number that you choose. For type static.', {
          instance_type: text('Size of one data plane: small, medium or large.'),
          requested_instances: int64('Number of data planes.'),
        }),
      ),
      autopilot: optional(
        object('The load to be ready for. For type autopilot.', {
          base_rps: int64('Requests a second that can come at any time.'),
          max_rps: optional(int64('Requests a second beyond which nothing is added.')),
        }),
      ),
    }),
    celRule('!(has(self.autopilot) && has(self.static))', "can't provide both autopilot and static configuration"),
    celRule("self.type == 'static' ? has(self.static) : true", 'static is required when type is static'),
    celRule("self.type == 'autopilot' ? has(self.autopilot) : true", 'autopilot is required when type is autopilot'),
  );

  const variable = object('One environment variable.', {
    name: text('Name of the variable, which begins with KONG_.', { minLength: 1, maxLength: 63, pattern: '^KONG_.' }),
    value: text('Value of the variable.', { minLength: 1, maxLength: 63 }),
  });

  const group = object('Data planes in one region.', {
    provider: text('Cloud provider: aws, azure or gcp.'),
    region: text('Region of the cloud provider, such as eu-central-1.'),
    networkRef,
    autoscale,
    environment: optional(list('Environment variables of the data planes, which configure them.', variable)),
  });

  const spec = object('The data planes that Konnect runs for a control plane.', {
    controlPlaneRef: controlPlaneRef('The control plane that the data planes join. Its `cloud_gateway` must be true.'),
    version: text('Version of Kong Gateway, such as 3.9.'),
    api_access: optional(
      enumOf(
        'Who reaches the data planes: the network (private), the internet (public) or both.',
        ['private', 'public', 'private+public'],
        { default: 'private+public' },
      ),
    ),
    dataplane_groups: optional(list('The data planes, by region. None where absent.', group)),
  });

  function addresses(description: string) {
    return optional(list(description, text('One IP address.')));
  }

  const groupStatus = object('What is known of the data planes in one region.', {
    id: text('Id of the group in Konnect.'),
    cloud_gateway_network_id: text('Id of the network in Konnect.'),
    provider: text('Cloud provider.'),
    region: text('Region of the cloud provider.'),
    state: text('State of the group in Konnect.'),
    private_ip_addresses: addresses('Addresses that the network reaches the data planes at.'),
    egress_ip_addresses: addresses('Addresses that requests of the data planes come from.'),
  });

  const status = object('What is known of the data planes in Konnect.', {
    ...entityIds(),
    controlPlaneID: optional(text('Id of the control plane in Konnect.')),
    dataplane_groups: optional(list('What is known of them by region.', groupStatus)),
    conditions: optional(conditions({ default: pending('Programmed') })),
  });

  return kindFields({ spec, status: optional(status) });
});

export type Fields = FieldsOf<typeof schema>;

export const served = konnectKind('KonnectCloudGatewayDataPlaneGroupConfiguration', {
  columns: [
    programmedColumn,
    idColumn,
    {
      name: 'ControlPlaneID',
      type: 'string',
      jsonPath: '.status.controlPlaneID',
      description: 'Id of the control plane in Konnect.',
    },
    organizationColumn,
  ],
});

import { once } from '../../once.ts';
import type { FieldsOf } from '../define.ts';
import { konnectConfiguration, localRef, uuidPattern } from '../ref-fields.ts';
import {
  celRule,
  enumOf,
  flag,
  int64,
  kindFields,
  list,
  object,
  optional,
  stringMap,
  text,
  withRules,
} from '../schema.ts';
import { conditions, endpoints, entityIds, pending } from '../status-fields.ts';

/**
 * Beyond Kong Gateway Operator 1.5, as later versions have it: a control plane that exists in Konnect already and is only
 * referred to, never changed.
 */
export const mirrorRules = [
  celRule(
    "has(self.source) && self.source == 'Mirror' ? has(self.mirror) : !has(self.mirror)",
    'spec.mirror is for source Mirror, which needs it',
  ),
  celRule(
    "(has(self.source) ? self.source : 'Origin') == (has(oldSelf.source) ? oldSelf.source : 'Origin')",
    'spec.source is immutable',
  ),
  celRule("has(self.source) && self.source == 'Mirror' ? true : has(self.name)", 'spec.name is required'),
  celRule(
    "has(self.source) && self.source == 'Mirror' ? !has(self.members) : true",
    'spec.members is not for source Mirror',
  ),
];

export const schema = once(() => {
  const proxyUrl = object('One address that clients reach the data planes at.', {
    host: text('Host name.'),
    port: int64('Port.'),
    protocol: text('Protocol, such as https.'),
  });

  const labelRules = [
    celRule('has(self.labels) ? size(self.labels) <= 40 : true', 'spec.labels must not have more than 40 entries'),
    celRule(
      'has(self.labels) ? self.labels.all(key, size(key) >= 1 && size(key) <= 63) : true',
      'spec.labels keys must be of length 1-63 characters',
    ),
    celRule(
      'has(self.labels) ? self.labels.all(key, size(self.labels[key]) >= 1 && size(self.labels[key]) <= 63) : true',
      'spec.labels values must be of length 1-63 characters',
    ),
    celRule(
      "has(self.labels) ? self.labels.all(key, !key.startsWith('k8s') && !key.startsWith('kong') && !key.startsWith('konnect') && !key.startsWith('mesh') && !key.startsWith('kic') && !key.startsWith('_') && !key.startsWith('insomnia')) : true",
      "spec.labels keys must not start with 'k8s', 'kong', 'konnect', 'mesh', 'kic', 'insomnia' or '_'",
    ),
    celRule(
      "has(self.labels) ? self.labels.all(key, key.matches('^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$')) : true",
      "spec.labels keys must satisfy the '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$' pattern",
    ),
  ];

  const clusterTypeRules = [
    celRule(
      "!has(self.cluster_type) ? true : ['CLUSTER_TYPE_CONTROL_PLANE_GROUP', 'CLUSTER_TYPE_CONTROL_PLANE', 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER'].exists(ct, ct == self.cluster_type)",
      "when specified, spec.cluster_type must be one of 'CLUSTER_TYPE_CONTROL_PLANE_GROUP', 'CLUSTER_TYPE_CONTROL_PLANE' or 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER'",
    ),
    celRule(
      "(has(self.cluster_type) && self.cluster_type != 'CLUSTER_TYPE_CONTROL_PLANE_GROUP') ? !has(self.members) : true",
      'spec.members is only applicable for ControlPlanes that are created as groups',
    ),
    celRule(
      '!has(self.cluster_type) ? !has(oldSelf.cluster_type) : self.cluster_type == oldSelf.cluster_type',
      'spec.cluster_type is immutable',
    ),
    celRule(
      "has(self.cluster_type) && self.cluster_type == 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER' ? !has(self.cloud_gateway) : true",
      "cloud_gateway cannot be set for cluster_type 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER'",
    ),
  ];

  const mirror = withRules(
    object('The control plane in Konnect that is mirrored. For source Mirror.', {
      konnect: object('Where it is in Konnect.', {
        id: text('Id of the control plane in Konnect.', { pattern: uuidPattern }),
      }),
    }),
    celRule('self.konnect.id == oldSelf.konnect.id', 'spec.mirror.konnect.id is immutable'),
  );

  const spec = withRules(
    object('The control plane as it should be in Konnect.', {
      name: optional(text('Name of the control plane in Konnect. Required unless it is mirrored.')),
      source: optional(
        enumOf(
          'Origin: the control plane is made as the object says. Mirror: it exists already, and is only read. Absent means Origin. Fixed.',
          ['Origin', 'Mirror'],
        ),
      ),
      mirror: optional(mirror),
      description: optional(text('What the control plane is for, shown in Konnect.')),
      cluster_type: optional(
        text('Kind of control plane. Konnect takes CLUSTER_TYPE_CONTROL_PLANE where absent. Fixed once created.'),
      ),
      auth_type: optional(text('How data planes prove who they are: pinned_client_certs or pki_client_certs.')),
      cloud_gateway: optional(flag('Whether data planes may run as cloud gateways.')),
      proxy_urls: optional(list('Addresses that clients reach the data planes at.', proxyUrl)),
      labels: optional(
        stringMap(
          'Labels in Konnect, at most 40. Keys must not begin with k8s, kong, konnect, mesh, kic, insomnia or an underscore.',
        ),
      ),
      members: optional(
        list(
          'Control planes that make up the group. For groups only.',
          localRef('One member, an object of this kind.'),
        ),
      ),
      konnect: optional(konnectConfiguration('How to reach Konnect.')),
    }),
    ...labelRules,
    ...clusterTypeRules,
    ...mirrorRules,
  );

  const status = object('What is known of the control plane in Konnect.', {
    ...entityIds(),
    konnectEndpoints: optional(endpoints()),
    clusterType: optional(text('Kind of control plane that Konnect says it is.')),
    conditions: optional(conditions({ default: pending('Programmed') })),
  });

  return kindFields(
    { spec, status: optional(status) },
    {
      absentInCrd: ['spec'],
      rules: [
        celRule(
          "!self.status.conditions.exists(c, c.type == 'Programmed' && c.status == 'True') ? true : self.spec.konnect.authRef == oldSelf.spec.konnect.authRef",
          'spec.konnect.authRef is immutable when an entity is already Programmed',
        ),
        celRule(
          "!self.status.conditions.exists(c, c.type == 'APIAuthValid' && c.status == 'True') ? true : self.spec.konnect.authRef == oldSelf.spec.konnect.authRef",
          'spec.konnect.authRef is immutable when an entity refers to a Valid API Auth Configuration',
        ),
      ],
    },
  );
});

export type Fields = FieldsOf<typeof schema>;

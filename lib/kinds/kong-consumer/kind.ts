import { type KubernetesObject, secretResource } from '../../engine/objects.ts';
import { informsPlugins } from '../kong-plugin/ref.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef, namesControlPlane } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { credentialLabel, credentialTypes } from './credential-types.ts';
import { mapping } from './mapping.ts';
import { namesIn, notes } from './named.ts';
import { schema, served } from './schema.ts';

const entity = entityKind({
  ...served,
  description: 'A consumer in Konnect: who calls the APIs.',
  schema,
  reasons: [
    [
      'Programmed',
      'FailedToAttachConsumerToConsumerGroup',
      'Konnect refused one of its groups, or a group is not there yet',
    ],
    ['KongConsumerGroupRefsValid', 'Invalid', 'a group is not there, not in Konnect yet, or was refused'],
    ['CredentialSecretRefsValid', 'Invalid', 'a Secret in `credentials` is not there, or is no credential'],
  ],
  informs: [informsPlugins],
  parents: [entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name'))],
  concerns: namesControlPlane,
  notes,
  wakes: [
    {
      resource: secretResource,
      labelSelector: credentialLabel,
      targets: (object) => namesIn(object, 'credentials').map((name) => ({ name })),
    },
  ],
  access: [
    { resource: secretResource, verbs: ['get'] },
    ...Object.values(credentialTypes).map(
      ({ resource }) => ({ resource, verbs: ['get', 'list', 'create', 'patch', 'delete'] }) as const,
    ),
  ],
  mapping,
});

export const kind = {
  ...entity,
  refs: [
    ...entity.refs,
    {
      name: 'groups',
      kind: 'KongConsumerGroup',
      deferred: true as const,
      targets: (object: KubernetesObject) => namesIn(object, 'consumerGroups').map((name) => ({ name })),
      judge: () => ({ usable: true, conditions: [] }),
    },
  ],
};

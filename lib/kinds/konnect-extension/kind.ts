import { organizationAnnotation, projectName } from '../../engine/names.ts';
import {
  conditionsOf,
  configMapResource,
  type KubernetesObject,
  type ObjectKey,
  secretResource,
} from '../../engine/objects.ts';
import { recordedAccount } from '../../engine/ownership.ts';
import { defineKind } from '../define.ts';
import { textAt } from '../fields.ts';
import { authRef } from '../konnect-api-auth-configuration/ref.ts';
import { controlPlaneRef } from '../konnect-gateway-control-plane/ref.ts';
import { controlPlaneAnnotation, managedByLabel, ownedName } from './names.ts';
import { schema } from './schema.ts';
import { users } from './users.ts';

export const kind = defineKind({
  resource: {
    group: 'konnect.konghq.com',
    version: 'v1alpha1',
    kind: 'KonnectExtension',
    plural: 'konnectextensions',
    namespaced: true,
  },
  singular: 'konnectextension',
  categories: ['kong'],
  lane: 'extension',
  description: 'What data planes of this cluster need to join a control plane: certificate, endpoints, settings.',
  schema,
  columns: [
    {
      name: 'Ready',
      type: 'string',
      jsonPath: `.status.conditions[?(@.type=='Ready')].status`,
      description: 'The Resource is Ready to be used',
    },
  ],
  mainCondition: 'Ready',
  failureReasons: {
    waiting: 'provisioning',
    create: 'provisioning',
    update: 'provisioning',
    remove: 'KonnectAPIOpFailed',
  },
  reasons: [
    ['Ready', 'TooManyDataPlaneLabels', 'it has more labels than Konnect takes from a data plane'],
    ['ControlPlaneRefValid', 'Invalid', 'Konnect has no such control plane, or it is named in another namespace'],
    ['DataPlaneCertificateProvisioned', 'RefNotFound', 'the Secret with the certificate of your own is not there'],
    [
      'DataPlaneCertificateProvisioned',
      'InvalidSecret',
      "the Secret holds no certificate that can be used, or is somebody else's",
    ],
    ['DataPlaneCertificateProvisioned', 'KonnectAPIOpFailed', 'Konnect did not take the certificate'],
  ],
  refs: [controlPlaneRef(controlPlaneTargets), authRef(authTargets, { through: 'controlPlane' })],
  wakes: [
    { resource: secretResource, targets: (object) => [keyIn(object, secretName(object))] },
    {
      resource: configMapResource,
      labelSelector: `${managedByLabel}=${projectName}`,
      targets: (object) => [keyIn(object, ownedName(object))],
    },
  ],
  offers: (object) => ({
    ready: conditionsOf(object).some(({ type, status }) => type === 'Ready' && status === 'True'),
  }),
  notes: [controlPlaneAnnotation, organizationAnnotation],
  // Certificates expire, and replaced ones outlive their grace, without any event.
  recheckSeconds: 12 * 60 * 60,
  users,
  deletingWaits: "while a `DataPlane` or `ControlPlane` of Kong's operator uses it",
  access: [
    { resource: secretResource, verbs: ['get', 'create', 'patch'] },
    { resource: configMapResource, verbs: ['get', 'create', 'patch'] },
  ],
});

/** The Secret that holds the certificate: the user's for Manual, ours otherwise. */
export function secretName(object: KubernetesObject): string {
  const manual = textAt(object.spec, 'clientAuth', 'certificateSecret', 'provisioning') === 'Manual';
  const named = textAt(object.spec, 'clientAuth', 'certificateSecret', 'secretRef', 'name');
  return manual && named !== undefined ? named : ownedName(object);
}

function controlPlaneTargets(object: KubernetesObject): readonly ObjectKey[] {
  const name = textAt(object.spec, 'konnect', 'controlPlane', 'ref', 'konnectNamespacedRef', 'name');
  return name === undefined ? [] : [keyIn(object, name)];
}

/** Named by the object for a control plane given by its id; otherwise the one that was recorded, should the control plane be gone. */
function authTargets(object: KubernetesObject): readonly ObjectKey[] {
  const name = textAt(object.spec, 'konnect', 'configuration', 'authRef', 'name');
  if (name !== undefined) return [keyIn(object, name)];
  const recorded = recordedAccount(object);
  return recorded === undefined ? [] : [recorded];
}

function keyIn({ metadata }: KubernetesObject, name: string): ObjectKey {
  return metadata.namespace === undefined ? { name } : { namespace: metadata.namespace, name };
}

import { isDisputed } from '../../engine/dispute.ts';
import { claimAnnotation } from '../../engine/names.ts';
import { isRecord, type KubernetesObject, statusOf } from '../../engine/objects.ts';
import { adoptable } from '../adopt-fields.ts';
import { defineKind } from '../define.ts';
import { textAt } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const entity = entityKind({
  ...served,
  description: 'The data planes that Konnect runs for a control plane.',
  schema: adoptable(schema),
  parents: [entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name'))],
  notes: [claimAnnotation],
  // Provisioning takes many minutes, and Konnect tells nobody when it is done.
  recheckSeconds: 60,
  recheckWhile: isUnderWay,
  // A control plane has one configuration: others that want to be it are looked for.
  access: [{ resource: served.resource, verbs: ['list'] }],
});

export const kind = defineKind({
  ...entity,
  lane: 'cloud-gateway',
  reasons: [['KonnectNetworkRefsValid', 'Invalid', 'a network is not there, or has no id in Konnect yet']],
  refs: [
    ...entity.refs,
    {
      name: 'networks',
      kind: 'KonnectCloudGatewayNetwork',
      deferred: true,
      targets: (object) => networkNames(object.spec).map((name) => ({ name })),
      judge: () => ({ usable: true, conditions: [] }),
    },
  ],
});

function networkNames(spec: unknown): readonly string[] {
  const groups = isRecord(spec) ? spec['dataplane_groups'] : undefined;
  if (!Array.isArray(groups)) return [];
  return groups.flatMap((group: unknown) => textAt(group, 'networkRef', 'namespacedRef', 'name') ?? []);
}

function isUnderWay(object: KubernetesObject): boolean {
  if (object.metadata.deletionTimestamp !== undefined) return true;
  const groups = statusOf(object)['dataplane_groups'];
  const states = Array.isArray(groups) ? groups.map((group: unknown) => textAt(group, 'state')) : [];
  return states.some((state) => state !== 'ready') || isDisputed(object);
}

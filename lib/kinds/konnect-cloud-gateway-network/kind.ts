import { isDisputed } from '../../engine/dispute.ts';
import { claimAnnotation } from '../../engine/names.ts';
import { type KubernetesObject, statusText } from '../../engine/objects.ts';
import { adoptable } from '../adopt-fields.ts';
import { defineKind } from '../define.ts';
import { authRef } from '../konnect-api-auth-configuration/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { networks } from './paths.ts';
import { schema, served } from './schema.ts';

export const kind = defineKind({
  ...served,
  lane: 'cloud-gateway',
  description: 'A network in Konnect that data planes run in.',
  schema: adoptable(schema),
  mainCondition: 'Programmed',
  refs: [authRef(namedAt('spec', 'konnect', 'authRef', 'name'))],
  // Konnect refuses to delete a network that data planes are in.
  heldWhileReferenced: true,
  offers: (object) => ({
    id: statusText(object, 'id'),
    organizationID: statusText(object, 'organizationID'),
    deleting: object.metadata.deletionTimestamp !== undefined,
  }),
  notes: [claimAnnotation],
  collection: networks,
  // One network can be adopted by one object alone.
  access: [{ resource: served.resource, verbs: ['list'] }],
  // Provisioning takes many minutes, and Konnect tells nobody when it is done.
  recheckSeconds: 60,
  recheckWhile: isUnderWay,
});

/** An offline network stays that until data planes need it. */
function isUnderWay(object: KubernetesObject): boolean {
  if (object.metadata.deletionTimestamp !== undefined) return true;
  const state = statusText(object, 'state');
  return (state !== undefined && state !== 'ready' && state !== 'offline') || isDisputed(object);
}

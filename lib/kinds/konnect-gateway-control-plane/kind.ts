import { isRecord, statusText } from '../../engine/objects.ts';
import { defineKind } from '../define.ts';
import { textAt } from '../fields.ts';
import { authRef, isValid } from '../konnect-api-auth-configuration/ref.ts';
import { mapping } from './mapping.ts';
import { controlPlaneFacts } from './ref.ts';
import { schema } from './schema.ts';

export const kind = defineKind({
  resource: {
    group: 'konnect.konghq.com',
    version: 'v1alpha1',
    kind: 'KonnectGatewayControlPlane',
    plural: 'konnectgatewaycontrolplanes',
    namespaced: true,
  },
  singular: 'konnectgatewaycontrolplane',
  categories: ['kong'],
  lane: 'control-plane',
  description: 'A control plane in Konnect, or a group of control planes.',
  schema,
  columns: [
    {
      name: 'Programmed',
      type: 'string',
      jsonPath: `.status.conditions[?(@.type=='Programmed')].status`,
      description: 'The Resource is Programmed on Konnect',
    },
    { name: 'ID', type: 'string', jsonPath: '.status.id', description: 'Konnect ID' },
    {
      name: 'OrgID',
      type: 'string',
      jsonPath: '.status.organizationID',
      description: 'Konnect Organization ID this resource belongs to.',
    },
  ],
  mainCondition: 'Programmed',
  reasons: [
    ['Programmed', 'FailedToSetControlPlaneGroupMembers', 'a member is not there yet, or Konnect refused the members'],
    ['MembersReferenceResolved', 'SomeMemberNotResolved', 'a member is not there, or can not be in a group'],
    ['MembersReferenceResolved', 'SetGroupMemberFailed', 'Konnect refused the members'],
    ['Programmed', 'FailedToMirror', 'the organisation has no control plane with the id to mirror'],
    ['Mirrored', 'Failed', 'the control plane to mirror could not be read'],
  ],
  refs: [
    authRef((object) => named(textAt(object.spec, 'konnect', 'authRef', 'name'))),
    {
      name: 'members',
      kind: 'KonnectGatewayControlPlane',
      deferred: true,
      targets: (object) => memberNames(object.spec).map((name) => ({ name })),
      judge: () => ({ usable: true, conditions: [] }),
    },
  ],
  offers: (object) => ({
    ...controlPlaneFacts(object),
    organizationID: statusText(object, 'organizationID'),
    deleting: object.metadata.deletionTimestamp !== undefined,
    authValid: isValid(object),
  }),
  entity: mapping,
});

function named(name: string | undefined): readonly { readonly name: string }[] {
  return name === undefined ? [] : [{ name }];
}

function memberNames(spec: unknown): readonly string[] {
  const members = isRecord(spec) ? spec['members'] : undefined;
  if (!Array.isArray(members)) return [];
  return members.flatMap((member: unknown) => textAt(member, 'name') ?? []);
}

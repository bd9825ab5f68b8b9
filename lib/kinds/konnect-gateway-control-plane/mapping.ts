import type { EntityMapping, Payload } from '../../engine/entity.ts';
import { Terminal } from '../../engine/errors.ts';
import { isRecord, type KubernetesObject, statusText } from '../../engine/objects.ts';
import { labelValue } from '../../engine/owner-tags.ts';
import { difference, rulesFor } from '../../konnect/normalise.ts';
import { pathOf } from '../../konnect/path.ts';
import { fieldsOf, textAt } from '../fields.ts';
import { clusterTypeOf, defaultClusterType } from './ref.ts';
import { schema } from './schema.ts';

const groupType = 'CLUSTER_TYPE_CONTROL_PLANE_GROUP';
const collection = '/v2/control-planes';
const rules = rulesFor({ sets: ['proxy_urls'] });

export const mapping: EntityMapping = {
  collection,
  ownedBy: (uid) => ({ labels: `k8s-uid:${uid}` }),
  sameName: (payload) => ({ 'filter[name][eq]': String(payload['name']) }),
  payload,
  changes: ({ name, description, auth_type, proxy_urls, labels }) => ({
    name,
    description,
    auth_type,
    proxy_urls,
    labels,
  }),
  difference: (wanted, entity) => difference(mapping.changes(wanted), observed(entity), rules),
  frozen: ({ cloud_gateway: wanted }, entity) =>
    wanted === undefined || wanted === observed(entity)['cloud_gateway']
      ? undefined
      : `spec.cloud_gateway can not be changed in Konnect: set it back to ${String(observed(entity)['cloud_gateway'])}, or delete and re-create the object`,
  ownerUid: (entity) => textAt(entity, 'labels', 'k8s-uid'),
  status: (entity) => {
    const controlPlane = textAt(entity, 'config', 'control_plane_endpoint');
    const telemetry = textAt(entity, 'config', 'telemetry_endpoint');
    const clusterType = textAt(entity, 'config', 'cluster_type');
    return {
      // The CRD wants both or none.
      ...(controlPlane && telemetry ? { konnectEndpoints: { controlPlane, telemetry } } : {}),
      ...(clusterType === undefined ? {} : { clusterType }),
    };
  },
  mirrored: ({ spec }) => (textAt(spec, 'source') === 'Mirror' ? textAt(spec, 'mirror', 'konnect', 'id') : undefined),
  relation: {
    ref: 'members',
    applies: (object) => textAt(object.spec, 'cluster_type') === groupType,
    unfit,
    list: ({ id }) => ({ path: pathOf`/v2/control-planes/${id}/group-memberships` }),
    write: {
      replace: ({ id }, members) => ({
        method: 'PUT',
        path: pathOf`/v2/control-planes/${id}/group-memberships`,
        body: { members: members.map((member) => ({ id: member })) },
      }),
    },
    condition: 'MembersReferenceResolved',
    reasons: { resolved: 'Resolved', unresolved: 'SomeMemberNotResolved', failed: 'SetGroupMemberFailed' },
    failure: 'FailedToSetControlPlaneGroupMembers',
  },
};

/** PATCH leaves out what is left out, so every field that can be changed is sent, with Konnect's default where unset. */
function payload(object: KubernetesObject, tags: Readonly<Record<string, string>>): Payload {
  const { spec } = fieldsOf(schema, object);
  // A rule of the CRD asks for it, which the schema can not, since a mirrored one has none.
  if (spec.name === undefined)
    throw new Terminal('the object is not valid: spec.name: is required', { reason: 'Invalid' });
  const owner = Object.entries(tags).map(([name, value]) => [name, labelValue(value)] as const);
  return {
    name: spec.name,
    description: spec.description ?? '',
    cluster_type: spec.cluster_type ?? defaultClusterType,
    auth_type: spec.auth_type ?? 'pinned_client_certs',
    proxy_urls: spec.proxy_urls ?? [],
    // A label of the user wins over one of ours, except over those by which the owner is found.
    labels: {
      ...Object.fromEntries(owner),
      ...spec.labels,
      ...Object.fromEntries(owner.filter(([name]) => name.startsWith('k8s-'))),
    },
    ...(spec.cloud_gateway === undefined ? {} : { cloud_gateway: spec.cloud_gateway }),
  };
}

/** Konnect answers with `config` where requests have the fields at the top. */
function observed(entity: Payload): Payload {
  const config = isRecord(entity['config']) ? entity['config'] : {};
  return {
    name: entity['name'],
    description: entity['description'],
    labels: entity['labels'],
    auth_type: config['auth_type'],
    proxy_urls: config['proxy_urls'],
    cloud_gateway: config['cloud_gateway'],
  };
}

function unfit(member: KubernetesObject): string | undefined {
  const type = clusterTypeOf(member);
  if (type !== defaultClusterType) return `is of type ${type}: only plain control planes can be members`;
  return member.metadata.deletionTimestamp === undefined || statusText(member, 'id') === undefined
    ? undefined
    : 'is being deleted';
}

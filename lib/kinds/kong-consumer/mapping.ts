import type { CoreMapping } from '../../engine/core-entity.ts';
import type { KubernetesObject } from '../../engine/objects.ts';
import { placeOf } from '../../engine/place.ts';
import type { Holder, Relation } from '../../engine/relation.ts';
import { difference, rulesFor } from '../../konnect/normalise.ts';
import { pathOf } from '../../konnect/path.ts';
import { fieldsWithout, inControlPlane, sameIn, specTags } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { conditionOf, emptyNameIn, mayHave, notesOf } from './named.ts';
import { schema } from './schema.ts';

const rules = rulesFor({ defaults: { username: null, custom_id: null } });

const groups: Relation = {
  ref: 'groups',
  // Also where the last group was taken out: Konnect still has it then.
  applies: (object) => mayHave(object, 'consumerGroups'),
  unfit: unfitGroup,
  flaws: (object) => emptyNameIn(object, 'consumerGroups'),
  list: ({ id, controlPlaneID }) => ({
    path: pathOf`/v2/control-planes/${controlPlaneID}/core-entities/consumers/${id}/consumer_groups`,
  }),
  inverse: {
    members: (plane) => pathOf`/v2/control-planes/${plane}/core-entities/consumer_groups`,
    holders: (plane, group) => pathOf`/v2/control-planes/${plane}/core-entities/consumer_groups/${group}/consumers`,
  },
  write: {
    add: ({ id, controlPlaneID }, group) => ({
      method: 'POST',
      path: pathOf`/v2/control-planes/${controlPlaneID}/core-entities/consumer_groups/${group}/consumers`,
      body: { consumer: id },
    }),
    remove: ({ id, controlPlaneID }, group) => ({
      method: 'DELETE',
      path: pathOf`/v2/control-planes/${controlPlaneID}/core-entities/consumer_groups/${group}/consumers/${id}`,
    }),
  },
  condition: conditionOf('consumerGroups'),
  reasons: { resolved: 'Valid', unresolved: 'Invalid', failed: 'Invalid' },
  failure: 'FailedToAttachConsumerToConsumerGroup',
};

export const mapping: CoreMapping = {
  collection: inControlPlane('consumers'),
  body: (object) => {
    const { username, custom_id } = fieldsOf(schema, object);
    return fieldsWithout({ username, custom_id });
  },
  tags: specTags,
  difference: (body, found) => difference(body, found, rules),
  uniqueName: ({ username }) => (typeof username === 'string' ? username : undefined),
  isRival: sameIn('username', 'custom_id'),
  relation: groups,
  notes: notesOf,
};

function unfitGroup(group: KubernetesObject, { controlPlaneID }: Holder): string | undefined {
  if (group.metadata.deletionTimestamp !== undefined) return 'is being deleted';
  const plane = placeOf(group)?.controlPlaneID;
  if (plane === undefined || plane === controlPlaneID) return undefined;
  return `lives in the control plane ${plane}, and this object in ${controlPlaneID}: refer to a group of the same, or wait while they move`;
}

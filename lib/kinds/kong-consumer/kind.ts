import { findCondition, isRecord, type KubernetesObject } from '../../engine/objects.ts';
import type { Relation } from '../../engine/relation.ts';
import { difference, rulesFor } from '../../konnect/normalise.ts';
import { pathOf } from '../../konnect/path.ts';
import { fieldsWithout, inControlPlane, specTags } from '../core-paths.ts';
import { entityKind } from '../entity-kind.ts';
import { fieldsOf } from '../fields.ts';
import { informsPlugins } from '../kong-plugin/ref.ts';
import { entityControlPlaneRef, namesControlPlane } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({ defaults: { username: null, custom_id: null } });

const groups: Relation = {
  ref: 'groups',
  // Also where the last group was taken out: Konnect still has it then.
  applies: (object) =>
    groupNames(object).length > 0 || findCondition(object, 'KongConsumerGroupRefsValid') !== undefined,
  unfit: (group) => (group.metadata.deletionTimestamp === undefined ? undefined : 'is being deleted'),
  list: ({ id, controlPlaneID }) => ({
    path: pathOf`/v2/control-planes/${controlPlaneID}/core-entities/consumers/${id}/consumer_groups`,
  }),
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
  condition: 'KongConsumerGroupRefsValid',
  reasons: { resolved: 'Valid', unresolved: 'Invalid', failed: 'Invalid' },
  failure: 'FailedToAttachConsumerToConsumerGroup',
};

const entity = entityKind({
  ...served,
  description: 'A consumer in Konnect: who calls the APIs.',
  schema,
  informs: [informsPlugins],
  parents: [entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name'))],
  concerns: namesControlPlane,
  mapping: {
    collection: inControlPlane('consumers'),
    body: (object) => {
      const { username, custom_id } = fieldsOf(schema, object);
      return fieldsWithout({ username, custom_id });
    },
    tags: specTags,
    difference: (body, found) => difference(body, found, rules),
    uniqueName: ({ username }) => (typeof username === 'string' ? username : undefined),
    relation: groups,
  },
});

export const kind = {
  ...entity,
  refs: [
    ...entity.refs,
    {
      name: 'groups',
      kind: 'KongConsumerGroup',
      deferred: true as const,
      targets: (object: KubernetesObject) => groupNames(object).map((name) => ({ name })),
      judge: () => ({ usable: true, conditions: [] }),
    },
  ],
};

function groupNames(object: KubernetesObject): readonly string[] {
  const names = isRecord(object) ? object['consumerGroups'] : undefined;
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : [];
}

import { describe, expect, it } from 'vitest';
import { isRecord, statusOf } from '../lib/engine/objects.ts';
import { consumerKind, entities, entity, groupKind, inControlPlane, planeId } from './memory/core.ts';
import {
  conditionText,
  controlPlane,
  controlPlaneKind,
  forget,
  key,
  konnectCalls,
  secretResource,
} from './memory/manifests.ts';
import { applyConsumer, applyGroup, secret, settleAll, stageWithControlPlane } from './memory/plugins.ts';
import { namespace, type Stage } from './memory/stage.ts';

/* Cases that other reconcilers got wrong, for consumers and what hangs off them. */

const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));
const groupNames = ['gold', 'silver', 'bronze'];

function groupsOf(stage: Stage): readonly unknown[] {
  const named = new Map(entities(stage, 'consumer_groups').map(({ id, name }) => [id, name]));
  return entities(stage, 'consumer_group_members')
    .map(({ consumer_group: group }) => named.get(String(isRecord(group) ? group['id'] : '')))
    .sort();
}

/** The consumer `alice` in groups, of which those that are given exist. */
async function inGroups(wanted: readonly string[], present: readonly string[] = wanted): Promise<Stage> {
  const stage = await stageWithControlPlane();
  for (const name of present) applyGroup(stage, name);
  applyConsumer(stage, 'alice', {}, { consumerGroups: wanted });
  await settleAll(stage);
  forget(stage);
  return stage;
}

const alice = (stage: Stage, type: string) => conditionText(stage.object(consumerKind, 'alice'), type);

describe('groups of a consumer', () => {
  it('T51 that are there are joined while another is missing, which is named', async () => {
    await using stage = await inGroups(groupNames, ['gold', 'silver']);

    expect(groupsOf(stage)).toEqual(['gold', 'silver']);
    expect(alice(stage, 'KongConsumerGroupRefsValid')).toContain(
      `KongConsumerGroup ${namespace}/bronze does not exist`,
    );
    expect(alice(stage, 'Programmed')).toMatch(/^False FailedToAttachConsumerToConsumerGroup: .*bronze/);

    applyGroup(stage, 'bronze');
    await settleAll(stage);
    expect(groupsOf(stage)).toEqual(['bronze', 'gold', 'silver']);
    expect(alice(stage, 'Programmed')).toBe('True Programmed');
  });

  it('with no name are told, and keep the consumer out of no other', async () => {
    await using stage = await inGroups(['gold', ''], ['gold']);

    expect(groupsOf(stage)).toEqual(['gold']);
    expect(alice(stage, 'KongConsumerGroupRefsValid')).toMatch(/^False \w+: an empty name stands in consumerGroups/);
    expect(alice(stage, 'Programmed')).toMatch(/^False FailedToAttachConsumerToConsumerGroup: /);

    stage.cluster.user.edit(consumerKind.resource, key('alice'), { consumerGroups: [''] });
    await settleAll(stage);
    expect(alice(stage, 'KongConsumerGroupRefsValid')).toMatch(/^False \w+: an empty name/);

    stage.cluster.user.edit(consumerKind.resource, key('alice'), { consumerGroups: [] });
    await settleAll(stage);
    expect(groupsOf(stage)).toEqual([]);
    expect(alice(stage, 'Programmed')).toBe('True Programmed');
  });

  it('T51 of another control plane are waited for, and named, until they are of the same', async () => {
    await using stage = await stageWithControlPlane();
    stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp2'));
    const there = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'cp2' } };
    applyGroup(stage, 'gold');
    stage.cluster.user.apply(groupKind.resource, {
      metadata: { name: 'silver', namespace },
      spec: { name: 'silver', controlPlaneRef: there },
    });
    applyConsumer(stage, 'alice', {}, { consumerGroups: ['gold', 'silver'] });
    await settleAll(stage);

    expect(await stage.reconcile(consumerKind, 'alice', { cause: 'dependency' })).toMatchObject({ is: 'wait' });
    expect(groupsOf(stage)).toEqual(['gold']);
    expect(alice(stage, 'KongConsumerGroupRefsValid')).toMatch(
      /\/silver lives in the control plane .*: refer to a group/,
    );

    stage.cluster.user.remove(groupKind.resource, key('silver'));
    await settleAll(stage);
    applyGroup(stage, 'silver');
    await settleAll(stage);
    expect(groupsOf(stage)).toEqual(['gold', 'silver']);
    expect(alice(stage, 'Programmed')).toBe('True Programmed');
  });

  it('are left, also the last one, and one that somebody added by hand', async () => {
    await using stage = await inGroups(['gold', 'silver']);
    applyGroup(stage, 'bronze');
    await settleAll(stage);
    const bronze = entities(stage, 'consumer_groups').find(({ name }) => name === 'bronze')?.id;
    stage.konnect.putEntity(planeId(stage), 'consumer_group_members', 'a7f0c4a4-0000-4000-8000-000000000001', {
      consumer: { id: entity(stage, 'consumers').id },
      consumer_group: { id: bronze },
    });
    await settleAll(stage, 'drift');
    expect(groupsOf(stage)).toEqual(['gold', 'silver']);

    stage.cluster.user.edit(consumerKind.resource, key('alice'), { consumerGroups: [] });
    await settleAll(stage);
    expect(groupsOf(stage)).toEqual([]);
  });

  it('T19 that somebody deleted in Konnect are asked to look, and joined once they are back', async () => {
    await using stage = await inGroups(['gold', 'silver']);
    const gold = entities(stage, 'consumer_groups').find(({ name }) => name === 'gold')?.id ?? '';
    stage.konnect.removeEntity(planeId(stage), 'consumer_groups', gold);

    expect(await stage.reconcile(consumerKind, 'alice', { cause: 'drift' })).toMatchObject({ is: 'retry' });

    expect(stage.woken.map(({ name, force }) => ({ name, force }))).toContainEqual({ name: 'gold', force: true });
    expect(await stage.reconcile(groupKind, 'gold', { force: true })).toEqual({ is: 'done' });
    expect(await stage.reconcile(consumerKind, 'alice', { cause: 'drift' })).toEqual({ is: 'done' });
    expect(groupsOf(stage)).toEqual(['gold', 'silver']);
  });

  it.each(['all groups are there', 'a group was deleted as well'])(
    'T19 are joined again by a consumer that was deleted in Konnect, once a group changes, where %s',
    async (where) => {
      await using stage = await inGroups(['gold', 'silver']);
      const gold = entities(stage, 'consumer_groups').find(({ name }) => name === 'gold')?.id ?? '';
      stage.konnect.removeEntity(planeId(stage), 'consumers', entity(stage, 'consumers').id);
      if (where !== 'all groups are there') {
        stage.konnect.removeEntity(planeId(stage), 'consumer_groups', gold);
        expect(await stage.reconcile(consumerKind, 'alice', { cause: 'dependency' })).toMatchObject({ is: 'retry' });
        expect(stage.woken.map(({ name, force }) => ({ name, force }))).toContainEqual({ name: 'gold', force: true });
        expect(await stage.reconcile(groupKind, 'gold', { force: true })).toEqual({ is: 'done' });
      }

      expect(await stage.reconcile(consumerKind, 'alice', { cause: 'dependency' })).toEqual({ is: 'done' });

      expect(entities(stage, 'consumers')).toHaveLength(1);
      expect(groupsOf(stage)).toEqual(['gold', 'silver']);
      expect(alice(stage, 'Programmed')).toBe('True Programmed');
    },
  );

  it('T52 on several pages are all seen before any is taken out', async () => {
    await using stage = await inGroups(groupNames);
    const all = entities(stage, 'consumer_groups');
    stage.konnect.setFault(({ path, query }) => {
      if (!path.endsWith('/consumer_groups')) return undefined;
      const index = Number(new URLSearchParams(query).get('offset') ?? 0);
      const next = index + 1 < all.length ? { offset: String(index + 1), next: `${path}?offset=${index + 1}` } : {};
      return { status: 200, body: { data: [all[index]], ...next } };
    });

    expect(await stage.reconcile(consumerKind, 'alice', { cause: 'drift' })).toEqual({ is: 'done' });

    expect(konnectCalls(stage).filter((call) => call.endsWith('/consumer_groups'))).toHaveLength(3);
    expect(writes(stage)).toEqual([]);
    expect(groupsOf(stage)).toEqual(['bronze', 'gold', 'silver']);
  });
});

describe('many conditions', () => {
  it('of a consumer with all there is, and two of others, have room, and none is lost in silence', async () => {
    await using stage = await stageWithControlPlane();
    const adopted = 'a7f0c4a4-0000-4000-8000-000000000001';
    stage.konnect.putEntity(planeId(stage), 'consumers', adopted, { username: 'alice' });
    const tags = Array.from({ length: 20 }, (_, index) => `tag-${index}`);
    const annotations = { 'konghq.com/tags': Array.from({ length: 20 }, (_, index) => `more-${index}`).join(',') };
    const adopt = { from: 'konnect', konnect: { id: adopted } };
    const spec = { controlPlaneRef: inControlPlane, tags, adopt };
    applyConsumer(stage, 'alice', { annotations }, { spec, credentials: ['missing'], consumerGroups: ['missing'] });
    for (const [index, type] of ['Approved', 'Audited'].entries()) {
      const { conditions = [] } = statusOf(stage.object(consumerKind, 'alice')) as { conditions?: readonly object[] };
      const theirs = { type, status: index === 0 ? 'True' : 'False', reason: 'Theirs', message: type };
      stage.cluster.user.editStatus(consumerKind.resource, key('alice'), {
        conditions: [...conditions, { ...theirs, lastTransitionTime: '2026-01-01T00:00:00Z' }],
      });
    }

    for (const cause of ['change', 'dependency', 'drift'] as const) {
      expect((await stage.reconcile(consumerKind, 'alice', { cause })).is).toBe('wait');
      const { conditions = [] } = statusOf(stage.object(consumerKind, 'alice')) as {
        conditions?: readonly { type: string }[];
      };
      expect(conditions).toHaveLength(8);
      const types = conditions.map(({ type }) => type);
      for (const type of [
        'Approved',
        'Audited',
        'TagsComplete',
        'KongConsumerGroupRefsValid',
        'CredentialSecretRefsValid',
      ]) {
        expect(types).toContain(type);
      }
    }
    expect(alice(stage, 'TagsComplete')).toMatch(/^False TagsDropped: .*more-1, .*more-19$/);
    expect(alice(stage, 'Audited')).toBe('False Theirs: Audited');
    const before = stage.object(consumerKind, 'alice');
    await stage.reconcile(consumerKind, 'alice', { cause: 'dependency' });
    expect(stage.object(consumerKind, 'alice')).toEqual(before);
  });
});

it('a credential from a Secret that loses its label stays as it was, and the consumer says so', async () => {
  await using stage = await stageWithControlPlane();
  stage.cluster.user.apply(secretResource, secret('held', { key: 'k1' }, 'key-auth'));
  applyConsumer(stage, 'alice', {}, { credentials: ['held'] });
  await settleAll(stage);
  stage.cluster.user.edit(secretResource, key('held'), { metadata: { labels: null } });

  await settleAll(stage);

  expect(entities(stage, 'key-auths')).toMatchObject([{ key: 'k1' }]);
  expect(alice(stage, 'CredentialSecretRefsValid')).toMatch(/^False Invalid: .*has no label konghq.com\/credential/);
});

import { describe, expect, it } from 'vitest';
import { consumerKind, entities } from '../../../test/memory/core.ts';
import { apiKeys, credentialsValid, keysInKonnect } from '../../../test/memory/credentials.ts';
import { key, secretResource } from '../../../test/memory/manifests.ts';
import { applyConsumer, applyGroup, secret, settleAll, stageWithControlPlane } from '../../../test/memory/plugins.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import { ClusterError } from '../../engine/errors.ts';
import { conditionsOf } from '../../engine/objects.ts';
import { isHeld } from '../../engine/ownership.ts';

/* What a consumer names no more is undone, also where no condition says that it was named. */

const conditions = ['CredentialSecretRefsValid', 'KongConsumerGroupRefsValid'];
const some = { credentials: ['held'], consumerGroups: ['gold'] };
const none = { credentials: [], consumerGroups: [] };

/** The consumer `alice`, and what it could name. */
async function withConsumer(fields: Readonly<Record<string, unknown>>): Promise<Stage> {
  const stage = await stageWithControlPlane();
  stage.cluster.user.apply(secretResource, secret('held', { key: 'k1' }, 'key-auth'));
  applyGroup(stage, 'gold');
  applyConsumer(stage, 'alice', {}, fields);
  await settleAll(stage);
  return stage;
}

function edit(stage: Stage, fields: Readonly<Record<string, unknown>>): void {
  stage.cluster.user.edit(consumerKind.resource, key('alice'), fields);
}

function loseStatus(stage: Stage): void {
  stage.cluster.intercept(({ verb, kind }) =>
    verb === 'patch status' && kind === 'KongConsumer' ? new ClusterError('down', { status: 503 }) : undefined,
  );
}

/** How many of either the consumer has in Konnect. */
const had = (stage: Stage) => [keysInKonnect(stage).length, entities(stage, 'consumer_group_members').length];

const told = (stage: Stage) => conditions.map((type) => credentialsValid(stage, type));

describe('what a consumer names no more', () => {
  it('is undone where the status that told of it was lost', async () => {
    await using stage = await withConsumer({});
    edit(stage, some);
    loseStatus(stage);
    await settleAll(stage);
    expect(had(stage)).toEqual([1, 1]);
    expect(told(stage)).toEqual(['absent', 'absent']);

    stage.cluster.intercept(undefined);
    edit(stage, none);
    await settleAll(stage);

    expect(had(stage)).toEqual([0, 0]);
  });

  it('is undone where there was no room for the conditions that told of it', async () => {
    await using stage = await withConsumer(some);
    const theirs = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((type) => ({
      ...{ type, status: 'True', reason: 'Theirs', message: '' },
      lastTransitionTime: '2026-01-01T00:00:00Z',
    }));
    const own = conditionsOf(stage.object(consumerKind, 'alice')).filter(({ type }) => type === 'Programmed');
    stage.cluster.user.editStatus(consumerKind.resource, key('alice'), { conditions: [...own, ...theirs] });
    await settleAll(stage, 'drift');
    expect(told(stage)).toEqual(['absent', 'absent']);

    edit(stage, none);
    await settleAll(stage);

    expect(had(stage)).toEqual([0, 0]);
  });

  it('is undone where it was made while the consumer waited for its control plane', async () => {
    await using stage = await stageWithControlPlane();
    stage.cluster.user.apply(secretResource, secret('held', { key: 'k1' }, 'key-auth'));
    const controlPlaneRef = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'late' } };
    applyConsumer(stage, 'alice', {}, { ...some, spec: { controlPlaneRef } });
    loseStatus(stage);
    await settleAll(stage);
    expect(apiKeys(stage)).toHaveLength(1);
    expect(isHeld(stage.object(consumerKind, 'alice'))).toBe(false);

    stage.cluster.intercept(undefined);
    edit(stage, none);
    await settleAll(stage);

    expect(apiKeys(stage)).toEqual([]);
  });

  it('costs a consumer that never named any nothing', async () => {
    await using stage = await withConsumer({});
    edit(stage, { custom_id: 'a' });
    stage.cluster.forgetCalls();
    stage.konnect.resetRequests();

    expect(await stage.reconcile(consumerKind, 'alice')).toEqual({ is: 'done' });

    expect(stage.konnect.requests.map(({ method }) => method)).toEqual(['PUT']);
    expect(stage.cluster.calls.filter((call) => call.startsWith('list') || call.startsWith('patch Kong'))).toEqual([]);
  });

  it('costs one that names some no write of its own', async () => {
    await using stage = await withConsumer({});
    stage.cluster.user.remove(consumerKind.resource, key('alice'));
    await settleAll(stage);
    applyConsumer(stage, 'alice', {}, some);
    stage.cluster.forgetCalls();

    expect(await stage.reconcile(consumerKind, 'alice')).toEqual({ is: 'done' });

    expect(stage.cluster.calls.filter((call) => call === 'patch KongConsumer')).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { aclKind, entities, inControlPlane } from '../../test/memory/core.ts';
import { apiKeys, withSecrets } from '../../test/memory/credentials.ts';
import { conditionText, forget, konnectCalls, named, settle, withControlPlane } from '../../test/memory/manifests.ts';
import { plugin, settleAll } from '../../test/memory/plugins.ts';
import { namespace, type Stage, startStage } from '../../test/memory/stage.ts';
import type { Kind } from '../kinds/define.ts';
import { ClusterError } from './errors.ts';
import { conditionsOf, keyOf } from './objects.ts';
import { isHeld } from './ownership.ts';
import { placeOf } from './place.ts';

/* Kinds that ingress controllers have as well. An object may become theirs while it is not programmed. */

const controlPlaneRef = {
  type: 'konnectNamespacedRef',
  konnectNamespacedRef: { name: 'cp', namespace },
};
const theirs = { controlPlaneRef: { type: 'kic', konnectNamespacedRef: null } };

const cases = [
  {
    name: 'KongConsumer',
    collection: 'consumers',
    fields: { username: 'alice', spec: { controlPlaneRef: inControlPlane } },
  },
  {
    name: 'KongConsumerGroup',
    collection: 'consumer_groups',
    fields: { spec: { controlPlaneRef: inControlPlane, name: 'gold' } },
  },
  {
    name: 'KongVault',
    collection: 'vaults',
    fields: { spec: { controlPlaneRef, backend: 'env', prefix: 'shop', config: {} } },
  },
  {
    name: 'KongPluginBinding',
    collection: 'plugins',
    fields: {
      spec: {
        controlPlaneRef: inControlPlane,
        pluginRef: { kind: 'KongPlugin', name: 'limit' },
        scope: 'GlobalInControlPlane',
      },
    },
  },
].map(({ name, ...rest }) => ({ name, kind: named(name), ...rest }));

/** Programmed once, and in some trouble since: only then may it be given to others. */
async function inTrouble(kind: Kind, fields: Readonly<Record<string, unknown>>): Promise<Stage> {
  const stage = await startStage();
  await withControlPlane(stage);
  stage.cluster.user.apply(named('KongPlugin').resource, plugin());
  const metadata = { name: 'it', ...(kind.resource.namespaced ? { namespace } : {}) };
  stage.cluster.user.apply(kind.resource, { metadata, ...fields });
  await settle(stage, kind, 'it');
  trouble(stage, kind, 'it');
  return stage;
}

function trouble(stage: Stage, kind: Kind, name: string): void {
  const object = stage.object(kind, name);
  const conditions = conditionsOf(object).map((one) => (one.type === 'Programmed' ? { ...one, status: 'False' } : one));
  stage.cluster.user.editStatus(kind.resource, keyOf(object), { conditions });
}

function giveAway(stage: Stage, kind: Kind, name = 'it'): void {
  stage.cluster.user.edit(kind.resource, keyOf(stage.object(kind, name)), { spec: theirs });
}

describe.each(cases)('a $name that is given to others', ({ kind, collection, fields }) => {
  it('leaves Konnect, and is free of us', async () => {
    await using stage = await inTrouble(kind, fields);
    expect(entities(stage, collection)).toHaveLength(1);
    giveAway(stage, kind);

    expect(await stage.reconcile(kind, 'it')).toEqual({ is: 'done' });

    expect(entities(stage, collection)).toEqual([]);
    const object = stage.object(kind, 'it');
    expect(isHeld(object)).toBe(false);
    expect(object.metadata.annotations ?? {}).toEqual({});
    expect(placeOf(object)).toBeUndefined();
    expect(conditionText(object, 'Programmed')).toBe('Unknown Pending: Waiting for controller');
  });

  it('is not looked at again after that', async () => {
    await using stage = await inTrouble(kind, fields);
    giveAway(stage, kind);
    await settle(stage, kind, 'it');

    await settle(stage, kind, 'it');
    expect(await stage.reconcile(kind, 'it', { cause: 'drift' })).toEqual({ is: 'done' });
    expect(stage.cluster.calls).toEqual([`get ${kind.resource.kind}`]);
  });

  it('can be deleted, also before that was seen', async () => {
    await using stage = await inTrouble(kind, fields);
    giveAway(stage, kind);
    stage.cluster.user.remove(kind.resource, keyOf(stage.object(kind, 'it')));

    expect(await stage.reconcile(kind, 'it')).toEqual({ is: 'done' });

    expect(entities(stage, collection)).toEqual([]);
    expect(stage.find(kind.resource, 'it')).toBeUndefined();
  });

  it('comes back where it was', async () => {
    await using stage = await inTrouble(kind, fields);
    giveAway(stage, kind);
    await settle(stage, kind, 'it');
    stage.cluster.user.edit(kind.resource, keyOf(stage.object(kind, 'it')), { spec: fields.spec });

    expect(await stage.reconcile(kind, 'it')).toEqual({ is: 'done' });

    expect(entities(stage, collection)).toHaveLength(1);
  });
});

describe('what is given to others', () => {
  const { kind, fields, collection } = cases[0] as (typeof cases)[number];

  it('stays held while Konnect can not be reached, and says why', async () => {
    await using stage = await inTrouble(kind, fields);
    giveAway(stage, kind);
    stage.konnect.setFault(({ method }) => (method === 'DELETE' ? { status: 503 } : undefined));

    expect((await stage.reconcile(kind, 'it')).is).toBe('retry');

    expect(isHeld(stage.object(kind, 'it'))).toBe(true);
    expect(conditionText(stage.object(kind, 'it'), 'Programmed')).toMatch(/^False KonnectAPIOpFailed: /);
    stage.konnect.setFault(undefined);
    await settle(stage, kind, 'it');
    expect(entities(stage, collection)).toEqual([]);
  });

  it('goes on where the run ended between status and finalizer', async () => {
    await using stage = await inTrouble(kind, fields);
    giveAway(stage, kind);
    stage.cluster.intercept(({ verb }) => (verb === 'patch' ? new ClusterError('down', { status: 503 }) : undefined));
    expect((await stage.reconcile(kind, 'it')).is).toBe('retry');
    stage.cluster.intercept(undefined);
    forget(stage);

    expect(await stage.reconcile(kind, 'it')).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([]);
    expect(isHeld(stage.object(kind, 'it'))).toBe(false);
  });

  it('stays in Konnect where it is to be retained', async () => {
    await using stage = await inTrouble(kind, fields);
    const annotations = { 'konnect-reconciler.io/deletion-policy': 'retain' };
    stage.cluster.user.edit(kind.resource, keyOf(stage.object(kind, 'it')), { metadata: { annotations } });
    giveAway(stage, kind);

    await settle(stage, kind, 'it');

    expect(entities(stage, collection)).toHaveLength(1);
    expect(stage.object(kind, 'it').metadata.annotations).toEqual(annotations);
  });

  it('takes the credentials with it that were made of its Secrets', async () => {
    await using stage = await withSecrets(['s', 'key-auth', { key: 'k1' }]);
    trouble(stage, kind, 'alice');
    giveAway(stage, kind, 'alice');
    await settleAll(stage);

    expect(apiKeys(stage)).toEqual([]);
    expect(entities(stage, 'key-auths')).toEqual([]);
  });

  it('is lost to those that refer to it', async () => {
    await using stage = await inTrouble(kind, fields);
    const acl = { metadata: { name: 'acl', namespace }, spec: { consumerRef: { name: 'it' }, group: 'admin' } };
    stage.cluster.user.apply(aclKind.resource, acl);
    await settle(stage, aclKind, 'acl');
    giveAway(stage, kind);
    await settle(stage, kind, 'it');

    expect((await stage.reconcile(aclKind, 'acl', { cause: 'dependency' })).is).toBe('wait');

    expect(conditionText(stage.object(aclKind, 'acl'), 'Programmed')).toMatch(/^False .*KongConsumer team\/it/);
  });
});

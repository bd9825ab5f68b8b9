import { describe, expect, it } from 'vitest';
import { entity, planeId } from '../../../test/memory/core.ts';
import {
  authKind,
  conditionText,
  key,
  konnectCalls,
  settle,
  withControlPlane,
} from '../../../test/memory/manifests.ts';
import { namespace, type Stage, startStage } from '../../../test/memory/stage.ts';
import { kind } from './kind.ts';

const ref = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'cp', namespace } };
const config = { region: 'eu-central-1', ttl: 300 };

function vault(spec: Readonly<Record<string, unknown>> = {}) {
  return {
    metadata: { name: 'secrets' },
    spec: { controlPlaneRef: ref, backend: 'aws', prefix: 'shop', config, ...spec },
  };
}

async function stageWith(spec: Readonly<Record<string, unknown>> = {}): Promise<Stage> {
  const stage = await startStage();
  await withControlPlane(stage);
  stage.cluster.user.apply(kind.resource, vault(spec));
  return stage;
}

function programmed(stage: Stage): string {
  return conditionText(stage.object(kind, 'secrets'), 'Programmed');
}

describe('a vault', () => {
  it('lives in the control plane of the namespace that it names, and is held by the account of that', async () => {
    await using stage = await stageWith();

    expect(await stage.reconcile(kind, 'secrets')).toEqual({ is: 'done' });

    expect(entity(stage, 'vaults')).toMatchObject({ name: 'aws', prefix: 'shop', config });
    expect(entity(stage, 'vaults')['tags']).not.toContainEqual(expect.stringMatching(/^k8s-namespace:/));
    expect(stage.object(kind, 'secrets').metadata.annotations).toEqual({
      'konnect-reconciler.io/account': 'team/auth',
    });
  });

  it('costs one more write where it has no status yet, and nothing when it is looked at again', async () => {
    await using stage = await stageWith();
    await settle(stage, kind, 'secrets');

    expect(await stage.reconcile(kind, 'secrets')).toEqual({ is: 'done' });
    expect(await stage.reconcile(kind, 'secrets', { cause: 'drift' })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}/core-entities/vaults/{id}']);
  });

  it('compares what is set of the configuration, not what Konnect completes', async () => {
    await using stage = await stageWith();
    await settle(stage, kind, 'secrets');
    const { id } = entity(stage, 'vaults');
    stage.konnect.patchEntity(planeId(stage), 'vaults', id, { config: { ...config, ttl: 60, neg_ttl: 5 } });

    expect(await stage.reconcile(kind, 'secrets', { cause: 'drift' })).toEqual({ is: 'done' });

    expect(entity(stage, 'vaults')).toMatchObject({ config });
  });

  it.each([{ config: { mount: 'secret', kv: null } }, { config: null }])(
    'takes a null for what Konnect makes of it: %j',
    async (spec) => {
      await using stage = await stageWith({ backend: 'hcv', ...spec });
      await settle(stage, kind, 'secrets');
      expect(entity(stage, 'vaults')).toMatchObject({ config: { mount: 'secret', kv: 'v1' } });

      expect(await stage.reconcile(kind, 'secrets', { cause: 'drift' })).toEqual({ is: 'done' });

      expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}/core-entities/vaults/{id}']);
    },
  );

  it('says what to write where the namespace of its control plane is missing', async () => {
    await using stage = await stageWith({
      controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'cp' } },
    });

    expect((await stage.reconcile(kind, 'secrets')).is).toBe('terminal');

    expect(programmed(stage)).toMatch(/with its namespace where the object has none/);
    expect(konnectCalls(stage)).toEqual([]);
  });

  it('T8 names who holds its prefix', async () => {
    await using stage = await stageWith();
    const id = 'a7f0c4a4-0000-4000-8000-000000000001';
    stage.konnect.putEntity(planeId(stage), 'vaults', id, { name: 'env', prefix: 'shop', tags: ['k8s-uid:u-1'] });

    expect((await stage.reconcile(kind, 'secrets')).is).toBe('terminal');

    expect(programmed(stage)).toMatch(/belongs to the object with uid u-1/);
    expect(entity(stage, 'vaults')['name']).toBe('env');
  });

  it.each([{ controlPlaneRef: { type: 'kic' } }, { controlPlaneRef: undefined }])(
    'is for an ingress controller where it names no control plane of Konnect: %j',
    async (spec) => {
      await using stage = await stageWith(spec);

      expect(await stage.reconcile(kind, 'secrets')).toEqual({ is: 'done' });

      expect(stage.object(kind, 'secrets').metadata.finalizers).toBeUndefined();
      expect(stage.cluster.calls).toEqual(['get KongVault']);
    },
  );

  it('keeps the auth configuration that it was written with from going, though it lives in no namespace', async () => {
    await using stage = await stageWith();
    await settle(stage, kind, 'secrets');
    stage.cluster.user.remove(authKind.resource, key('auth'));

    expect(await stage.reconcile(authKind, 'auth')).toMatchObject({
      is: 'wait',
      message: expect.stringContaining('KongVault secrets'),
    });
  });
});

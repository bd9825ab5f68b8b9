import { describe, expect, it } from 'vitest';
import {
  authKind,
  controlPlane,
  controlPlaneKind,
  key,
  settle,
  withAuth,
  withControlPlane,
} from '../../../test/memory/manifests.ts';
import { goodToken, startStage } from '../../../test/memory/stage.ts';
import { Retry } from '../../engine/errors.ts';
import { finalizer } from '../../engine/names.ts';
import { reconcile, resource, stored, valid } from './fixture.ts';

describe('deletion', () => {
  it('schedules the deletion of the token', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.cluster.user.remove(resource, key('auth'));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.find(resource, 'auth')).toBeUndefined();
    expect(stored(stage)).toBeUndefined();
    expect(stage.konnect.requests).toEqual([]);
  });

  it('is held while something refers to it, which can go on using it', async () => {
    await using stage = await startStage();
    await withControlPlane(stage);
    stage.cluster.user.remove(resource, key('auth'));

    expect((await reconcile(stage)).is).toBe('wait');

    expect(valid(stage)).toMatch(/^True Valid: still in use by KonnectGatewayControlPlane team\/cp/);
    stage.cluster.user.edit(controlPlaneKind.resource, key('cp'), { spec: { description: 'edited' } });
    await settle(stage, controlPlaneKind, 'cp');
    expect(stored(stage)).toBe(goodToken);
    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));
    await settle(stage, controlPlaneKind, 'cp');

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBeUndefined();
  });

  it('is not held by what refers to another one of that name, or in another namespace', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    const { user } = stage.cluster;
    user.apply(controlPlaneKind.resource, controlPlane('a', { konnect: { authRef: { name: 'other' } } }));
    user.apply(controlPlaneKind.resource, controlPlane('b', {}, { namespace: 'others' }));
    user.remove(resource, key('auth'));

    expect(await reconcile(stage)).toEqual({ is: 'done' });
  });

  it('waits for the token store', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.cluster.user.remove(resource, key('auth'));
    stage.tokens.fail(new Retry('Secrets Manager is away'));

    expect((await reconcile(stage)).is).toBe('retry');

    expect(stage.object(authKind, 'auth').metadata.finalizers).toEqual([finalizer]);
  });

  it('without our having seen it clears the token, too', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.cluster.user.edit(resource, key('auth'), { metadata: { finalizers: null } });
    stage.cluster.user.remove(resource, key('auth'));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stored(stage)).toBeUndefined();
  });
});

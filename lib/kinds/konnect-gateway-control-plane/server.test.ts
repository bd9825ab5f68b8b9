import { describe, expect, it } from 'vitest';
import { edit, idOf, object, programmed, programmedStage, reconcile } from '../../../test/memory/control-plane.ts';
import {
  authConfiguration,
  authKind,
  controlPlaneKind,
  forget,
  key,
  remotePlanes,
  settle,
} from '../../../test/memory/manifests.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import { deletionPolicyAnnotation, finalizer } from '../../engine/names.ts';

/* A control plane whose auth configuration leads to another server than the one that it was made on. */

const { resource } = controlPlaneKind;

async function programmedAt(serverURL: string): Promise<Stage> {
  const stage = await programmedStage();
  await lead(stage, serverURL);
  return stage;
}

/** Its server can not be edited, so the auth configuration is made again. */
async function lead(stage: Stage, serverURL: string): Promise<void> {
  stage.cluster.user.edit(authKind.resource, key('auth'), { metadata: { finalizers: null } });
  stage.cluster.user.remove(authKind.resource, key('auth'));
  stage.cluster.user.apply(authKind.resource, authConfiguration({ serverURL }));
  await settle(stage, authKind, 'auth');
  forget(stage);
}

describe('on another server', () => {
  it('T20 is not made again, and goes on once it leads back', async () => {
    await using stage = await programmedAt('us.api.konghq.com');
    const before = idOf(stage);

    expect(await reconcile(stage, { cause: 'drift' })).toMatchObject({ is: 'terminal', reason: 'ServerMismatch' });

    expect(stage.konnect.requests).toEqual([]);
    expect(programmed(stage)).toMatch(
      /^False ServerMismatch: .* made on https:\/\/eu\.api\.konghq\.com, .* team\/auth leads to https:\/\/us\.api/,
    );
    await lead(stage, 'eu.api.konghq.com');
    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });
    expect(remotePlanes(stage).map(({ id }) => id)).toEqual([before]);
  });

  it('T20 is not believed to be gone, unless it may stay', async () => {
    await using stage = await programmedAt('us.api.konghq.com');
    stage.cluster.user.remove(resource, key('cp'));

    expect(await reconcile(stage)).toMatchObject({ is: 'terminal', reason: 'ServerMismatch' });

    expect(object(stage).metadata.finalizers).toEqual([finalizer]);
    expect(remotePlanes(stage)).toHaveLength(1);
    edit(stage, { metadata: { annotations: { [deletionPolicyAnnotation]: 'retain' } } });
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(stage.find(resource, 'cp')).toBeUndefined();
  });
});

it.each(['eu.api.konghq.com', 'https://EU.api.konghq.com/', 'https://eu.svc.konghq.com/api'])(
  'recorded as on %s is on its server',
  async (serverURL) => {
    await using stage = await programmedStage();
    stage.cluster.user.editStatus(resource, key('cp'), { serverURL });

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });
    stage.cluster.user.remove(resource, key('cp'));
    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toEqual([]);
  },
);

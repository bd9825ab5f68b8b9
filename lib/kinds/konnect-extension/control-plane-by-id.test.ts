import { describe, expect, it } from 'vitest';
import { condition, inSecret, reconcile, settings, uploaded } from '../../../test/memory/extension.ts';
import { extension, extensionKind, forget, konnectCalls, settle, withAuth } from '../../../test/memory/manifests.ts';
import { organizationId, type Stage, startStage } from '../../../test/memory/stage.ts';

const { resource } = extensionKind;

function byId(konnectID: string): Readonly<Record<string, unknown>> {
  return {
    konnect: {
      controlPlane: { ref: { type: 'konnectID', konnectID } },
      configuration: { authRef: { name: 'auth' } },
    },
  };
}

describe('a control plane given by its id', () => {
  async function given(
    type: 'CLUSTER_TYPE_CONTROL_PLANE' | 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER',
  ): Promise<{ stage: Stage; id: string }> {
    const stage = await startStage();
    await withAuth(stage);
    const { id } = stage.konnect.createControlPlane(organizationId, { name: 'by hand', cluster_type: type }, 'eu');
    stage.cluster.user.apply(resource, extension(byId(id)));
    return { stage, id };
  }

  it('is asked about once, and then remembered', async () => {
    const { stage, id } = await given('CLUSTER_TYPE_K8S_INGRESS_CONTROLLER');
    await using _ = stage;

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)[0]).toBe('GET /v2/control-planes/{id}');
    expect(uploaded(stage, id)).toEqual([inSecret(stage)]);
    const before = settings(stage);
    forget(stage);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(stage.konnect.requests).toEqual([]);
    expect(settings(stage)).toEqual(before);
    expect(await reconcile(stage, { force: true })).toEqual({ is: 'done' });
    expect(konnectCalls(stage)).toHaveLength(2);
  });

  it.each(['7d0f2c5e-2b1f-4c8e-9a77-5d1f6a3b9c01', 'no-uuid', 'a/b'])(
    'that Konnect does not know (%s) is told',
    async (id) => {
      await using stage = await startStage();
      await withAuth(stage);
      stage.cluster.user.apply(resource, extension(byId(id)));

      expect((await reconcile(stage)).is).toBe('terminal');

      expect(condition(stage, 'Ready')).toMatch(/^False provisioning: ./);
      expect(stage.konnect.writes).toBe(0);
    },
  );

  it('that somebody deleted is told at the next closer look', async () => {
    const { stage, id } = await given('CLUSTER_TYPE_CONTROL_PLANE');
    await using _ = stage;
    await settle(stage, extensionKind, 'ext');
    stage.konnect.removeControlPlane(id);

    expect((await reconcile(stage, { force: true })).is).toBe('terminal');

    expect(condition(stage, 'ControlPlaneRefValid')).toMatch(new RegExp(`^False Invalid: no control plane ${id}`));
  });
});

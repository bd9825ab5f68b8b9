import { describe, expect, it } from 'vitest';
import { edit, object, programmed, reconcile } from '../../../test/memory/control-plane.ts';
import { entities, service, serviceKind } from '../../../test/memory/core.ts';
import {
  conditionText,
  controlPlane,
  controlPlaneKind,
  key,
  konnectCalls,
  settle,
  withAuth,
} from '../../../test/memory/manifests.ts';
import { organizationId, type Stage, startStage } from '../../../test/memory/stage.ts';
import { statusOf } from '../../engine/objects.ts';

const nobody = 'a7f0c4a4-0000-4000-8000-000000000001';

/** A control plane that was made by hand, and an object that mirrors it. */
async function mirrored(wanted: Readonly<Record<string, unknown>> = {}): Promise<{ stage: Stage; id: string }> {
  const stage = await startStage();
  await withAuth(stage);
  const { id } = stage.konnect.createControlPlane(organizationId, { name: 'by-hand', ...wanted }, 'eu');
  const spec = { name: undefined, source: 'Mirror', mirror: { konnect: { id } } };
  stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp', spec));
  return { stage, id };
}

describe('a mirrored control plane', () => {
  it('is read and never written, and what is known of it is told', async () => {
    const { stage, id } = await mirrored();
    await using _ = stage;

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}']);
    expect(statusOf(object(stage))).toMatchObject({
      id,
      organizationID: organizationId,
      serverURL: 'https://eu.api.konghq.com',
      clusterType: 'CLUSTER_TYPE_CONTROL_PLANE',
      konnectEndpoints: { controlPlane: expect.stringMatching(/^https:/) },
    });
    expect(conditionText(object(stage), 'Mirrored')).toBe('True Mirrored');
    expect(programmed(stage)).toBe('True Programmed');
    expect(object(stage).metadata.finalizers).toBeUndefined();
  });

  it('costs nothing when it is looked at again, and a read for a drift check', async () => {
    const { stage } = await mirrored();
    await using _ = stage;
    await settle(stage, controlPlaneKind, 'cp');

    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(konnectCalls(stage)).toEqual([]);
    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}']);
  });

  it('that does not exist is told by both conditions, and none is made', async () => {
    const { stage } = await mirrored();
    await using _ = stage;
    await settle(stage, controlPlaneKind, 'cp');
    edit(stage, { spec: { mirror: { konnect: { id: nobody } } } });

    expect(await reconcile(stage)).toMatchObject({ is: 'terminal', reason: 'FailedToMirror' });

    expect(conditionText(object(stage), 'Mirrored')).toMatch(/^False Failed: there is no entity a7f0c4a4/);
    expect(programmed(stage)).toMatch(/^False FailedToMirror/);
    expect(statusOf(object(stage))['id']).toBeUndefined();
    expect(stage.konnect.writes).toBe(0);
  });

  it('T41 stays what it was through a blip', async () => {
    const { stage } = await mirrored();
    await using _ = stage;
    await settle(stage, controlPlaneKind, 'cp');
    stage.konnect.setFault(() => ({ status: 503, html: true }));

    expect((await reconcile(stage, { cause: 'drift' })).is).toBe('retry');

    expect(conditionText(object(stage), 'Mirrored')).toBe('True Mirrored');
    expect(programmed(stage)).toBe('True Programmed');
  });

  it('T54 is told apart from a group by what Konnect says it is', async () => {
    const { stage } = await mirrored({ cluster_type: 'CLUSTER_TYPE_CONTROL_PLANE_GROUP' });
    await using _ = stage;
    await settle(stage, controlPlaneKind, 'cp');
    stage.cluster.user.apply(serviceKind.resource, service());

    expect(await stage.reconcile(serviceKind, 'svc')).toMatchObject({ is: 'wait' });

    expect(conditionText(stage.object(serviceKind, 'svc'), 'ControlPlaneRefValid')).toMatch(
      /CLUSTER_TYPE_CONTROL_PLANE_GROUP is not supported/,
    );
  });

  it('T27 outlives its object, and lets what refers to it clear up after itself', async () => {
    const { stage, id } = await mirrored();
    await using _ = stage;
    await settle(stage, controlPlaneKind, 'cp');
    stage.cluster.user.apply(serviceKind.resource, service());
    await settle(stage, serviceKind, 'svc');
    expect(stage.konnect.entities(id, 'services')).toHaveLength(1);

    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));
    expect(stage.find(controlPlaneKind.resource, 'cp')).toBeUndefined();
    expect(stage.konnect.controlPlanes().map((plane) => plane.id)).toContain(id);
    stage.cluster.user.remove(serviceKind.resource, key('svc'));
    expect(await stage.reconcile(serviceKind, 'svc')).toEqual({ is: 'done' });

    expect(entities(stage)).toEqual([]);
    expect(stage.find(serviceKind.resource, 'svc')).toBeUndefined();
  });
});

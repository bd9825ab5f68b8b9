import { describe, expect, it } from 'vitest';
import { entity, look, objectOf, planeId, programmedService, serviceKind } from '../../test/memory/core.ts';
import { controlPlaneKind, key, withControlPlane } from '../../test/memory/manifests.ts';
import { startStage } from '../../test/memory/stage.ts';
import { finalizer, unfinishedAnnotation } from './names.ts';

/* Another controller had programmed the object, or somebody took our finalizer off: its status says more than we know. */

const unheld = { metadata: { finalizers: null } };

describe('an object that is programmed and not held', () => {
  it('is gone on with where the run that takes it over is cut off', async () => {
    await using stage = await programmedService();
    stage.cluster.user.edit(serviceKind.resource, key('svc'), unheld);
    stage.konnect.patchEntity(planeId(stage), 'services', entity(stage).id, { tags: ['by-another'] });
    stage.konnect.setFault(() => ({ status: 503 }));
    expect((await look(stage)).is).toBe('retry');
    expect(objectOf(stage).metadata).toMatchObject({
      finalizers: [finalizer],
      annotations: { [unfinishedAnnotation]: 'true' },
    });
    stage.konnect.setFault(undefined);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(entity(stage)['tags']).toContain('managed-by:konnect-reconciler');
    expect(objectOf(stage).metadata.annotations?.[unfinishedAnnotation]).toBeUndefined();
    expect(objectOf(stage).metadata.finalizers).toEqual([finalizer]);
  });

  it('is gone on with where Konnect chose its id as well', async () => {
    await using stage = await startStage();
    await withControlPlane(stage);
    const { resource } = controlPlaneKind;
    stage.cluster.user.edit(resource, key('cp'), unheld);
    const plane = () => stage.konnect.controlPlanes().find(({ id }) => id === planeId(stage));
    stage.konnect.patchControlPlane(planeId(stage), { description: 'by another' });
    stage.konnect.setFault(({ method }) => (method === 'GET' ? undefined : { status: 503 }));
    expect((await stage.reconcile(controlPlaneKind, 'cp')).is).toBe('retry');
    stage.konnect.setFault(undefined);

    expect(await stage.reconcile(controlPlaneKind, 'cp')).toEqual({ is: 'done' });

    expect(plane()?.description).not.toBe('by another');
    expect(stage.object(controlPlaneKind, 'cp').metadata.annotations?.[unfinishedAnnotation]).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { object, programmed, reconcile } from '../../test/memory/control-plane.ts';
import {
  conditionText,
  controlPlane,
  controlPlaneKind,
  key,
  konnectCalls,
  settle,
  withAuth,
} from '../../test/memory/manifests.ts';
import { organizationId, type Stage, startStage } from '../../test/memory/stage.ts';
import { statusText } from './objects.ts';

const nobody = 'a7f0c4a4-0000-4000-8000-000000000001';
const read = 'GET /v2/control-planes/{id}';

/** An object that mirrors a control plane, which was made by hand. */
async function mirroring(): Promise<Stage> {
  const stage = await startStage();
  await withAuth(stage);
  const { id } = stage.konnect.createControlPlane(organizationId, { name: 'by-hand' }, 'eu');
  const spec = { name: undefined, source: 'Mirror', mirror: { konnect: { id } } };
  stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp', spec));
  return stage;
}

describe('a mirrored entity', () => {
  it('that could not be read yet is told, and tried again', async () => {
    await using stage = await mirroring();
    stage.konnect.setFault(() => ({ status: 503 }));

    expect(await reconcile(stage)).toMatchObject({ is: 'retry' });

    expect(conditionText(object(stage), 'Mirrored')).toMatch(/^False Failed: .*503/);
    expect(programmed(stage)).toMatch(/^False FailedToCreate: .*503/);
  });

  it('is read again where the status names another one', async () => {
    await using stage = await mirroring();
    await settle(stage, controlPlaneKind, 'cp');
    const id = statusText(object(stage), 'id');
    stage.cluster.user.editStatus(controlPlaneKind.resource, key('cp'), { id: nobody });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([read]);
    expect(statusText(object(stage), 'id')).toBe(id);
  });

  it('is read again after an edit, though it is the same one', async () => {
    await using stage = await mirroring();
    await settle(stage, controlPlaneKind, 'cp');
    stage.cluster.user.edit(controlPlaneKind.resource, key('cp'), { spec: { description: 'mine' } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([read]);
  });
});

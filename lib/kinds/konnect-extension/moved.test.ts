import { describe, expect, it } from 'vitest';
import {
  condition,
  edit,
  inSecret,
  planeId,
  ready,
  reconcile,
  settings,
  uploaded,
} from '../../../test/memory/extension.ts';
import { extensionKind, forget, key, konnectCalls } from '../../../test/memory/manifests.ts';
import { replaceControlPlane } from '../../../test/memory/moved.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import { controlPlaneAnnotation } from './names.ts';

/* An extension whose control plane is replaced by another, while the former one lives on in Konnect. */

const path = '/v2/control-planes/{id}/dp-client-certificates';

async function moved(server?: string): Promise<{ readonly stage: Stage; readonly former: string }> {
  const stage = await ready();
  const former = planeId(stage);
  await replaceControlPlane(stage, server);
  return { stage, former };
}

const look = (stage: Stage) => reconcile(stage, { cause: 'dependency' });

/** Konnect refuses to delete anything for now. */
function refuseDeletions(stage: Stage): void {
  stage.konnect.setFault(({ method }) => (method === 'DELETE' ? { status: 503 } : undefined));
}

describe.each([
  { where: 'on the same server', server: undefined },
  { where: 'on another server', server: 'us.api.konghq.com' },
])('a control plane $where', ({ server }) => {
  it('T67 has the certificate before it is taken from the former one', async () => {
    const { stage, former } = await moved(server);
    await using _ = stage;

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage).filter((call) => !call.startsWith('GET'))).toEqual([
      `POST ${path}`,
      `DELETE ${path}/{id}`,
    ]);
    expect(uploaded(stage)).toEqual([inSecret(stage)]);
    expect(uploaded(stage, former)).toEqual([]);
    forget(stage);
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(konnectCalls(stage)).toEqual([]);
  });

  it('T67 is told to data planes though the former one can not be cleaned yet, which is tried again', async () => {
    const { stage, former } = await moved(server);
    await using _ = stage;
    const before = settings(stage)['KONG_CLUSTER_CONTROL_PLANE'];
    refuseDeletions(stage);

    expect((await look(stage)).is).toBe('retry');
    expect((await look(stage)).is).toBe('retry');

    expect(settings(stage)['KONG_CLUSTER_CONTROL_PLANE']).not.toBe(before);
    expect(condition(stage, 'Ready')).toMatch(/^True/);
    expect(uploaded(stage, former)).toHaveLength(1);
    stage.konnect.setFault(undefined);
    stage.now = new Date(stage.now.getTime() + 120_000);
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(uploaded(stage, former)).toEqual([]);
    expect(uploaded(stage)).toEqual([inSecret(stage)]);
  });

  it.each([
    { when: 'before anything was done', interrupted: false },
    { when: 'in the middle', interrupted: true },
  ])('T67 that goes with its extension $when leaves nothing behind', async ({ interrupted }) => {
    const { stage, former } = await moved(server);
    await using _ = stage;
    refuseDeletions(stage);
    if (interrupted) await look(stage);
    stage.konnect.setFault(undefined);
    stage.now = new Date(stage.now.getTime() + 120_000);
    stage.cluster.user.remove(extensionKind.resource, key('ext'));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage, former)).toEqual([]);
    expect(uploaded(stage)).toEqual([]);
  });
});

it('T67 a former control plane that only the status names is not forgotten while it can not be cleaned', async () => {
  const { stage, former } = await moved();
  await using _ = stage;
  edit(stage, { metadata: { annotations: { [controlPlaneAnnotation]: null } } });
  refuseDeletions(stage);
  expect((await look(stage)).is).toBe('retry');
  stage.konnect.setFault(undefined);
  stage.now = new Date(stage.now.getTime() + 120_000);

  expect(await look(stage)).toEqual({ is: 'done' });

  expect(uploaded(stage, former)).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { pemCertificate } from '../../../infra/local/konnect/test-client.ts';
import { inControlPlane, planeId } from '../../../test/memory/core.ts';
import { key, settle, withControlPlane } from '../../../test/memory/manifests.ts';
import { replaceControlPlane } from '../../../test/memory/moved.ts';
import { namespace, type Stage, startStage } from '../../../test/memory/stage.ts';
import { kind } from './kind.ts';

/* A certificate whose control plane is replaced by one on another server, while the former one lives on. */

async function programmed(): Promise<{ readonly stage: Stage; readonly former: string }> {
  const stage = await startStage();
  await withControlPlane(stage);
  const spec = { controlPlaneRef: inControlPlane, cert: await pemCertificate() };
  stage.cluster.user.apply(kind.resource, { metadata: { name: 'dp', namespace }, spec });
  await settle(stage, kind, 'dp');
  return { stage, former: planeId(stage) };
}

describe('a certificate of a control plane on another server', () => {
  it('T67 is taken from the former one there', async () => {
    const { stage, former } = await programmed();
    await using _ = stage;
    const present = await replaceControlPlane(stage, 'us.api.konghq.com');

    expect(await stage.reconcile(kind, 'dp')).toEqual({ is: 'done' });

    expect(stage.konnect.certificates(former)).toEqual([]);
    expect(stage.konnect.certificates(present)).toHaveLength(1);
  });

  it('T27 is deleted where it was recorded', async () => {
    const { stage, former } = await programmed();
    await using _ = stage;
    await replaceControlPlane(stage, 'us.api.konghq.com');
    stage.cluster.user.remove(kind.resource, key('dp'));

    expect(await stage.reconcile(kind, 'dp')).toEqual({ is: 'done' });

    expect(stage.konnect.certificates(former)).toEqual([]);
    expect(stage.find(kind.resource, 'dp')).toBeUndefined();
  });
});

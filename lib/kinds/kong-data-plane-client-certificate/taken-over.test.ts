import { describe, expect, it } from 'vitest';
import { pemCertificate } from '../../../infra/local/konnect/test-client.ts';
import { inControlPlane, planeId } from '../../../test/memory/core.ts';
import { key, konnectCalls, withControlPlane } from '../../../test/memory/manifests.ts';
import { goodToken, namespace, type Stage, startStage } from '../../../test/memory/stage.ts';
import { placeOf } from '../../engine/place.ts';
import { kind } from './kind.ts';

/* Kong's operator uploads certificates without a title: only the status of the object says which one is its own. */

async function uploaded(cert: string, named = true): Promise<{ readonly stage: Stage; readonly id: string }> {
  const stage = await startStage();
  await withControlPlane(stage);
  const answer = await fetch(`${stage.konnect.url}/v2/control-planes/${planeId(stage)}/dp-client-certificates`, {
    method: 'POST',
    headers: { authorization: `Bearer ${goodToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ cert }),
  });
  const { item } = (await answer.json()) as { item: { id: string } };
  stage.cluster.user.apply(kind.resource, {
    metadata: { name: 'dp', namespace },
    spec: { controlPlaneRef: inControlPlane, cert },
  });
  const konnect = { id: item.id, controlPlaneID: planeId(stage) };
  if (named) stage.cluster.user.editStatus(kind.resource, key('dp'), { konnect });
  stage.konnect.resetRequests();
  return { stage, id: item.id };
}

const certificates = (stage: Stage) => stage.konnect.certificates(planeId(stage));
const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));

describe("a certificate that Kong's operator uploaded", () => {
  it('stays as it is, under its id', async () => {
    const { stage, id } = await uploaded(await pemCertificate());
    await using _ = stage;

    expect(await stage.reconcile(kind, 'dp')).toEqual({ is: 'done' });
    expect(await stage.reconcile(kind, 'dp', { cause: 'drift' })).toEqual({ is: 'done' });

    expect(writes(stage)).toEqual([]);
    expect(placeOf(stage.object(kind, 'dp'))?.id).toBe(id);
  });

  it('is replaced by an edit, and goes with the object', async () => {
    const { stage, id } = await uploaded(await pemCertificate());
    await using _ = stage;
    await stage.reconcile(kind, 'dp');

    stage.cluster.user.edit(kind.resource, key('dp'), { spec: { cert: await pemCertificate() } });
    await stage.reconcile(kind, 'dp');
    expect(certificates(stage)).toHaveLength(1);
    expect(certificates(stage)[0]?.id).not.toBe(id);

    stage.cluster.user.remove(kind.resource, key('dp'));
    await stage.reconcile(kind, 'dp');
    expect(certificates(stage)).toEqual([]);
  });

  it('goes with an object that was never edited', async () => {
    const { stage } = await uploaded(await pemCertificate());
    await using _ = stage;
    await stage.reconcile(kind, 'dp');

    stage.cluster.user.remove(kind.resource, key('dp'));
    await stage.reconcile(kind, 'dp');

    expect(certificates(stage)).toEqual([]);
  });

  it('is not taken for the object where the status does not name it', async () => {
    const { stage, id } = await uploaded(await pemCertificate(), false);
    await using _ = stage;
    await stage.reconcile(kind, 'dp');
    stage.cluster.user.remove(kind.resource, key('dp'));
    await stage.reconcile(kind, 'dp');

    expect(certificates(stage).map((one) => one.id)).toEqual([id]);
  });
});

describe('a certificate that carries the title of another object', () => {
  it('is not taken for the object, though spec and status name it', async () => {
    await using stage = await startStage();
    await withControlPlane(stage);
    const manifest = { spec: { controlPlaneRef: inControlPlane, cert: await pemCertificate() } };
    stage.cluster.user.apply(kind.resource, { metadata: { name: 'dp', namespace }, ...manifest });
    await stage.reconcile(kind, 'dp');
    const id = placeOf(stage.object(kind, 'dp'))?.id;
    const adopt = { from: 'konnect', mode: 'match', konnect: { id } };
    const metadata = { name: 'thief', namespace, finalizers: ['konnect-reconciler.io/cleanup'] };
    stage.cluster.user.apply(kind.resource, { metadata, spec: { ...manifest.spec, adopt } });
    const konnect = { id, controlPlaneID: planeId(stage) };
    stage.cluster.user.editStatus(kind.resource, key('thief'), { konnect });

    await stage.reconcile(kind, 'thief', { cause: 'drift' });
    stage.cluster.user.remove(kind.resource, key('thief'));
    await stage.reconcile(kind, 'thief');

    expect(certificates(stage).map((one) => one.id)).toContain(id);
  });
});

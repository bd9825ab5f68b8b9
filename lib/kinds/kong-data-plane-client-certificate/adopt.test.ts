import { describe, expect, it } from 'vitest';
import { pemCertificate } from '../../../infra/local/konnect/test-client.ts';
import { inControlPlane, planeId } from '../../../test/memory/core.ts';
import { conditionText, key, konnectCalls, withControlPlane } from '../../../test/memory/manifests.ts';
import { goodToken, namespace, type Stage, startStage } from '../../../test/memory/stage.ts';
import { placeOf } from '../../engine/place.ts';
import { kind } from './kind.ts';

const nobody = 'a7f0c4a4-0000-4000-8000-000000000001';

/** A certificate that was uploaded by hand. */
async function uploaded(): Promise<{ stage: Stage; id: string; cert: string }> {
  const stage = await startStage();
  await withControlPlane(stage);
  const cert = await pemCertificate();
  const answer = await fetch(`${stage.konnect.url}/v2/control-planes/${planeId(stage)}/dp-client-certificates`, {
    method: 'POST',
    headers: { authorization: `Bearer ${goodToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ cert, title: 'by hand' }),
  });
  const { item } = (await answer.json()) as { item: { id: string } };
  stage.konnect.resetRequests();
  return { stage, id: item.id, cert };
}

function adopt(stage: Stage, id: string, cert: string, name = 'dp'): void {
  const spec = { controlPlaneRef: inControlPlane, cert, adopt: { from: 'konnect', konnect: { id } } };
  stage.cluster.user.apply(kind.resource, { metadata: { name, namespace }, spec });
}

const condition = (stage: Stage, name = 'dp') => conditionText(stage.object(kind, name), 'Adopted');
const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));

describe('the adoption of a certificate of data planes', () => {
  it('T62 without a mode is one by match: it writes nothing, then or later, and deletes it with the object', async () => {
    const { stage, id, cert } = await uploaded();
    await using _ = stage;
    adopt(stage, id, cert.replaceAll('\n', '\r\n'));

    expect(await stage.reconcile(kind, 'dp')).toEqual({ is: 'done' });
    expect(await stage.reconcile(kind, 'dp', { cause: 'drift' })).toEqual({ is: 'done' });

    expect(condition(stage)).toBe('True Adopted');
    expect(placeOf(stage.object(kind, 'dp'))?.id).toBe(id);
    expect(writes(stage)).toEqual([]);
    stage.cluster.user.remove(kind.resource, key('dp'));
    expect(await stage.reconcile(kind, 'dp')).toEqual({ is: 'done' });
    expect(stage.konnect.certificates(planeId(stage))).toEqual([]);
  });

  it('T61 of another certificate is refused', async () => {
    const { stage, id } = await uploaded();
    await using _ = stage;
    adopt(stage, id, await pemCertificate());

    expect(await stage.reconcile(kind, 'dp')).toMatchObject({ is: 'terminal', reason: 'NotMatch' });

    expect(condition(stage)).toMatch(/^False NotMatch: .*, in cert:/);
    expect(writes(stage)).toEqual([]);
  });

  it('T64 of one that is not there is refused, and none is made', async () => {
    const { stage, cert } = await uploaded();
    await using _ = stage;
    adopt(stage, nobody, cert);

    expect(await stage.reconcile(kind, 'dp')).toMatchObject({ is: 'terminal', reason: 'FetchFailed' });

    expect(stage.konnect.certificates(planeId(stage))).toHaveLength(1);
  });

  it('T63 of one that another object has is refused', async () => {
    const { stage, id, cert } = await uploaded();
    await using _ = stage;
    adopt(stage, id, cert);
    await stage.reconcile(kind, 'dp');
    adopt(stage, id, cert, 'second');

    expect(await stage.reconcile(kind, 'second')).toMatchObject({ is: 'terminal', reason: 'UIDConflict' });

    expect(condition(stage, 'second')).toContain(`${namespace}/dp already`);
  });
});

import { describe, expect, it } from 'vitest';
import { pemCertificate } from '../../../infra/local/konnect/test-client.ts';
import { inControlPlane, newControlPlane, planeId } from '../../../test/memory/core.ts';
import {
  conditionText,
  controlPlaneKind,
  key,
  konnectCalls,
  settle,
  withControlPlane,
} from '../../../test/memory/manifests.ts';
import { namespace, type Stage, startStage } from '../../../test/memory/stage.ts';
import { placeOf } from '../../engine/place.ts';
import { kind } from './kind.ts';

const path = '/v2/control-planes/{id}/dp-client-certificates';

async function fresh(cert?: string): Promise<Stage> {
  const stage = await startStage();
  await withControlPlane(stage);
  apply(stage, cert ?? (await pemCertificate()));
  return stage;
}

async function programmed(): Promise<Stage> {
  const stage = await fresh();
  await settle(stage, kind, 'dp');
  return stage;
}

function apply(stage: Stage, cert: string, name = 'dp'): void {
  stage.cluster.user.apply(kind.resource, {
    metadata: { name, namespace },
    spec: { controlPlaneRef: inControlPlane, cert },
  });
}

function certificates(stage: Stage) {
  return stage.konnect.certificates(planeId(stage));
}

function look(stage: Stage, cause: 'change' | 'drift' = 'change') {
  return stage.reconcile(kind, 'dp', { cause });
}

async function replace(stage: Stage): Promise<void> {
  stage.cluster.user.edit(kind.resource, key('dp'), { spec: { cert: await pemCertificate() } });
}

describe('a certificate of data planes', () => {
  it('is uploaded once, with a title that names its object', async () => {
    await using stage = await fresh();

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET ${path}`, `POST ${path}`]);
    const { uid } = stage.object(kind, 'dp').metadata;
    expect(certificates(stage)).toMatchObject([{ title: expect.stringContaining(`k8s-uid:${uid}`) }]);
    expect(placeOf(stage.object(kind, 'dp'))).toMatchObject({
      id: certificates(stage)[0]?.id,
      controlPlaneID: planeId(stage),
    });
  });

  it('costs nothing when it is looked at again, and one read for a drift check', async () => {
    await using stage = await programmed();

    expect(await look(stage)).toEqual({ is: 'done' });
    expect(konnectCalls(stage)).toEqual([]);
    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET ${path}`]);
  });

  it.each([
    ['empty', 'empty-after'],
    ['lost', 'reset-after'],
    ['late', 'hang-after'],
  ] as const)('T6 T7 is uploaded once though the reply was %s', async (_, fault) => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? fault : undefined));
    expect((await look(stage)).is).toBe('retry');
    stage.konnect.setFault(undefined);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(certificates(stage)).toHaveLength(1);
  });

  it('T19 comes back where somebody deleted it in Konnect', async () => {
    await using stage = await programmed();
    stage.konnect.removeCertificate(planeId(stage), certificates(stage)[0]?.id ?? '');

    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(placeOf(stage.object(kind, 'dp'))?.id).toBe(certificates(stage)[0]?.id);
  });

  it('is replaced by a new one first, so that there is always one that lets data planes in', async () => {
    await using stage = await programmed();
    const [before] = certificates(stage);
    await replace(stage);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET ${path}`, `POST ${path}`, `DELETE ${path}/{id}`]);
    expect(certificates(stage)).toHaveLength(1);
    expect(certificates(stage)[0]?.id).not.toBe(before?.id);
  });

  it('keeps the old one where the new one is refused', async () => {
    await using stage = await programmed();
    await replace(stage);
    stage.konnect.setFault(({ method }) => (method === 'POST' ? { status: 403 } : undefined));

    expect((await look(stage)).is).toBe('terminal');

    expect(certificates(stage)).toHaveLength(1);
  });

  it('T57 is there once for each object, where two objects have the same', async () => {
    const pem = await pemCertificate();
    await using stage = await fresh(pem);
    apply(stage, pem, 'other');
    await settle(stage, kind, 'dp');
    await settle(stage, kind, 'other');
    expect(certificates(stage)).toHaveLength(2);
    stage.cluster.user.remove(kind.resource, key('other'));

    expect(await stage.reconcile(kind, 'other')).toEqual({ is: 'done' });

    expect(certificates(stage).map(({ id }) => id)).toEqual([placeOf(stage.object(kind, 'dp'))?.id]);
  });

  it('that can not be read is told, and nothing is written', async () => {
    await using stage = await fresh('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');

    expect((await look(stage)).is).toBe('terminal');

    expect(conditionText(stage.object(kind, 'dp'), 'Programmed')).toMatch(/^False Invalid: spec\.cert holds no/);
    expect(konnectCalls(stage)).toEqual([]);
  });
});

describe('its control plane', () => {
  it('T31 made again gets it under its new id', async () => {
    await using stage = await programmed();
    await newControlPlane(stage);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(certificates(stage)).toHaveLength(1);
  });

  it('deleted in Konnect is asked to come back', async () => {
    await using stage = await programmed();
    stage.konnect.removeControlPlane(planeId(stage));

    expect((await look(stage, 'drift')).is).toBe('retry');

    expect(stage.woken).toMatchObject([{ kind: 'KonnectGatewayControlPlane', name: 'cp', force: true }]);
  });
});

describe('its deletion', () => {
  it('T4 finds it by its title where the status was never written', async () => {
    await using stage = await programmed();
    stage.cluster.user.editStatus(kind.resource, key('dp'), { konnect: null });
    stage.cluster.user.remove(kind.resource, key('dp'));

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(certificates(stage)).toEqual([]);
    expect(stage.find(kind.resource, 'dp')).toBeUndefined();
  });

  it('works where the control plane is gone', async () => {
    await using stage = await programmed();
    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));
    await stage.reconcile(controlPlaneKind, 'cp');
    stage.cluster.user.remove(kind.resource, key('dp'));

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(stage.find(kind.resource, 'dp')).toBeUndefined();
  });
});

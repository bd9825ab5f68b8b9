import { describe, expect, it } from 'vitest';
import {
  fresh,
  idOf,
  object,
  programmed,
  programmedStage,
  reconcile,
  storedToken,
  tokenKey,
} from '../../../test/memory/control-plane.ts';
import {
  conditionText,
  controlPlane,
  controlPlaneKind,
  konnectCalls,
  remotePlanes,
} from '../../../test/memory/manifests.ts';
import { overloaded, unanswered } from '../../../test/memory/refusals.ts';
import { organizationId, startStage } from '../../../test/memory/stage.ts';
import { accountAnnotation, finalizer } from '../../engine/names.ts';

const { resource } = controlPlaneKind;

describe('create', () => {
  it('takes one look and one write, behind the finalizer', async () => {
    await using stage = await fresh({
      labels: { team: 'a' },
      proxy_urls: [{ host: 'x.com', port: 443, protocol: 'https' }],
    });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    const [plane] = remotePlanes(stage);
    expect(plane).toMatchObject({
      name: 'cp',
      labels: { team: 'a', 'k8s-uid': object(stage).metadata.uid, 'k8s-cluster': 'blue' },
    });
    expect(object(stage).status).toMatchObject({
      id: plane?.id,
      organizationID: organizationId,
      serverURL: 'https://eu.api.konghq.com',
      konnectEndpoints: {
        controlPlane: plane?.config.control_plane_endpoint,
        telemetry: plane?.config.telemetry_endpoint,
      },
    });
    expect(programmed(stage)).toBe('True Programmed');
    expect(object(stage).metadata).toMatchObject({
      finalizers: [finalizer],
      annotations: { [accountAnnotation]: 'team/auth' },
    });
    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes', 'POST /v2/control-planes']);
    expect(stage.cluster.calls.map((call) => call.replace(' Konnect', ' '))).toEqual([
      'get GatewayControlPlane',
      'get APIAuthConfiguration',
      'patch status GatewayControlPlane',
      'patch GatewayControlPlane',
      'patch status GatewayControlPlane',
    ]);
  });

  it.each([
    ['lost', 'reset-after'],
    ['empty', 'empty-after'],
    ['late', 'hang-after'],
  ] as const)('T1 T6 T7 a reply that is %s makes no second one', async (_, fault) => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? fault : undefined));
    expect((await reconcile(stage)).is).toBe('retry');
    stage.konnect.setFault(undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toHaveLength(1);
    expect(idOf(stage)).toBe(remotePlanes(stage)[0]?.id);
  });

  it('T1 a lost reply and a list that is behind: the name that is taken is our own', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? 'reset-after' : undefined));
    await reconcile(stage);
    stage.konnect.setFault((_, nth) => (nth === 1 ? 'stale-list' : undefined));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toHaveLength(1);
  });

  it('T1 a status that was not written makes no second one', async () => {
    await using stage = await fresh();
    stage.cluster.intercept(({ verb }, nth) => (verb === 'patch status' && nth > 4 ? unanswered() : undefined));
    expect((await reconcile(stage)).is).toBe('retry');
    stage.cluster.intercept(undefined);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(remotePlanes(stage)).toHaveLength(1);
  });

  it('T2 nothing is sent before the finalizer is on', async () => {
    await using stage = await fresh();
    stage.cluster.intercept(({ verb }) => (verb === 'patch' ? overloaded() : undefined));

    expect(await reconcile(stage)).toMatchObject({ is: 'retry', afterSeconds: 3 });

    expect(stage.konnect.writes).toBe(0);
  });

  it("T8 a name that is somebody else's is not taken over, and the owner is named", async () => {
    await using stage = await fresh();
    const labels = { 'k8s-uid': 'somebody' };
    const { id } = stage.konnect.createControlPlane(organizationId, { name: 'cp', labels }, 'eu');

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(programmed(stage)).toMatch(new RegExp(`^False FailedToCreate: .*${id}.*uid somebody`));
    expect(remotePlanes(stage)).toMatchObject([{ id, labels }]);
  });

  it('T5 two that carry our uid are for a person to sort out', async () => {
    await using stage = await fresh();
    const labels = { 'k8s-uid': object(stage).metadata.uid };
    const ids = ['a1', 'b2'].map((name) => stage.konnect.createControlPlane(organizationId, { name, labels }, 'eu').id);

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(programmed(stage)).toMatch(/^False OwnershipConflict: 2 entities/);
    for (const id of ids) expect(programmed(stage)).toContain(id);
    expect(stage.konnect.writes).toBe(0);
  });

  it('T5 the one in the status is kept where a second one turns up', async () => {
    await using stage = await programmedStage();
    const labels = { 'k8s-uid': object(stage).metadata.uid };
    stage.konnect.createControlPlane(organizationId, { name: 'second', labels }, 'eu');

    expect(await reconcile(stage, { cause: 'drift' })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}']);
  });

  it('the quota is for a person to raise', async () => {
    await using stage = await fresh();
    for (let made = 0; made < 99; made += 1)
      stage.konnect.createControlPlane(organizationId, { name: `p${made}` }, 'eu');
    stage.konnect.createControlPlane(organizationId, { name: 'last' }, 'eu');

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(programmed(stage)).toMatch(/^False FailedToCreate: .*usage limits/);
  });

  it('waits for an auth configuration that is missing, or not valid', async () => {
    await using stage = await startStage();
    stage.cluster.user.apply(resource, controlPlane('cp'));

    expect((await reconcile(stage)).is).toBe('wait');

    expect(conditionText(object(stage), 'APIAuthResolvedRef')).toMatch(/^False RefNotFound: .*team\/auth not found/);
    expect(programmed(stage)).toMatch(/^False ConditionWithStatusFalseExists: .*team\/auth not found/);
    const before = object(stage);
    await reconcile(stage);
    expect(object(stage)).toBe(before);
    expect(stage.konnect.requests).toEqual([]);
  });

  it('an annotation lends no token of another namespace', async () => {
    await using stage = await startStage();
    stage.tokens.storeElsewhere({ ...tokenKey, namespace: 'platform' }, storedToken());
    const metadata = { annotations: { [accountAnnotation]: 'platform/auth' } };
    stage.cluster.user.apply(resource, { ...controlPlane('cp', {}, metadata), spec: { name: 'cp' } });

    expect((await reconcile(stage)).is).toBe('wait');

    expect(stage.konnect.requests).toEqual([]);
  });
});

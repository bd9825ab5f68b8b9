import { describe, expect, it } from 'vitest';
import {
  condition,
  fresh,
  inSecret,
  planeId,
  ready,
  reconcile,
  settings,
  uploaded,
} from '../../../test/memory/extension.ts';
import {
  controlPlane,
  controlPlaneKind,
  extension,
  extensionKind,
  forget,
  group,
  key,
  settle,
  withAuth,
  withControlPlane,
} from '../../../test/memory/manifests.ts';
import { startStage } from '../../../test/memory/stage.ts';

const { resource } = extensionKind;

describe('the control plane', () => {
  it('is waited for, without any call to Konnect', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.cluster.user.apply(resource, extension());
    expect((await reconcile(stage)).is).toBe('wait');
    expect(condition(stage, 'ControlPlaneRefValid')).toBe(
      'False Invalid: Konnect control plane team/cp does not exist',
    );
    expect(condition(stage, 'Ready')).toMatch(/^False provisioning: .*team\/cp does not exist/);

    stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp'));
    expect((await reconcile(stage)).is).toBe('wait');
    expect(condition(stage, 'ControlPlaneRefValid')).toBe(
      'False Invalid: Konnect control plane team/cp not programmed yet',
    );
    expect(stage.konnect.requests).toEqual([]);

    await settle(stage, controlPlaneKind, 'cp');
    expect(await reconcile(stage)).toEqual({ is: 'done' });
  });

  it('of another namespace is refused before anybody looks for one of that name here', async () => {
    await using stage = await fresh({
      konnect: {
        controlPlane: {
          ref: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'cp', namespace: 'others' } },
        },
      },
    });

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(condition(stage, 'ControlPlaneRefValid')).toMatch(/^False Invalid: .*is others/);
    expect(condition(stage, 'Ready')).toMatch(/^False provisioning: /);
    expect(stage.cluster.calls.filter((call) => call.startsWith('get'))).toHaveLength(1);
  });

  it('that goes away unsays nothing: data planes go on', async () => {
    await using stage = await ready();
    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));

    expect((await reconcile(stage, { cause: 'dependency' })).is).toBe('wait');

    expect(condition(stage, 'ControlPlaneRefValid')).toMatch(/^False Invalid: .*is being deleted/);
    expect(condition(stage, 'Ready')).toMatch(/^True/);
    expect(stage.konnect.requests).toEqual([]);
  });

  it('T31 made anew gets the certificate of the Secret, and its address replaces the old one', async () => {
    await using stage = await ready();
    const before = { certificate: inSecret(stage), id: planeId(stage), settings: settings(stage) };
    stage.konnect.removeControlPlane(before.id);
    await stage.reconcile(controlPlaneKind, 'cp', { force: true });
    forget(stage);

    expect(await reconcile(stage, { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(planeId(stage)).not.toBe(before.id);
    expect(inSecret(stage)).toBe(before.certificate);
    expect(uploaded(stage)).toEqual([before.certificate]);
    expect(settings(stage)['KONG_CLUSTER_CONTROL_PLANE']).not.toBe(before.settings['KONG_CLUSTER_CONTROL_PLANE']);
    expect(stage.object(extensionKind, 'ext').status).toMatchObject({ konnect: { controlPlaneID: planeId(stage) } });
  });

  it('that somebody deleted in Konnect is asked to come back by its own object', async () => {
    await using stage = await ready();
    stage.konnect.removeControlPlane(planeId(stage));

    expect((await reconcile(stage, { force: true })).is).toBe('retry');

    expect(stage.woken).toMatchObject([{ kind: controlPlaneKind.resource.kind, name: 'cp', force: true }]);
    expect(condition(stage, 'Ready')).toMatch(/^True/);
  });

  it('T54 may be a group', async () => {
    await using stage = await startStage();
    await withControlPlane(stage);
    stage.cluster.user.apply(controlPlaneKind.resource, group('all', ['cp']));
    await settle(stage, controlPlaneKind, 'all');
    const ref = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'all' } };
    stage.cluster.user.apply(resource, extension({ konnect: { controlPlane: { ref } } }));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.object(extensionKind, 'ext').status).toMatchObject({ konnect: { clusterType: 'ControlPlane' } });
    expect(settings(stage)['KONG_ROLE']).toBe('data_plane');
  });

  it('T54 may be that of an ingress controller', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    stage.cluster.user.apply(
      controlPlaneKind.resource,
      controlPlane('cp', { cluster_type: 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER' }),
    );
    await settle(stage, controlPlaneKind, 'cp');
    stage.cluster.user.apply(resource, extension());

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.object(extensionKind, 'ext').status).toMatchObject({
      konnect: { clusterType: 'K8SIngressController' },
    });
    expect(settings(stage)).toMatchObject({
      KONG_ROLE: 'traditional',
      CONTROLLER_KONNECT_CONTROL_PLANE_ID: planeId(stage),
    });
  });
});

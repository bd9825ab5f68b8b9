import { describe, expect, it } from 'vitest';
import {
  condition,
  edit,
  fresh,
  inSecret,
  ownedName,
  planeId,
  ready,
  reconcile,
  recordWrites,
  settings,
  uploaded,
} from '../../../test/memory/extension.ts';
import {
  configMapResource,
  controlPlane,
  controlPlaneKind,
  extension,
  extensionKind,
  forget,
  group,
  key,
  konnectCalls,
  secretResource,
  settle,
  withAuth,
  withControlPlane,
} from '../../../test/memory/manifests.ts';
import { namespace, organizationId, type Stage, startStage } from '../../../test/memory/stage.ts';
import { finalizer } from '../../engine/names.ts';

const { resource } = extensionKind;
const certificates = 'dp-client-certificates';

function byId(konnectID: string): Readonly<Record<string, unknown>> {
  return {
    konnect: {
      controlPlane: { ref: { type: 'konnectID', konnectID } },
      configuration: { authRef: { name: 'auth' } },
    },
  };
}

const withLabels = (labels: Readonly<Record<string, string>>) => ({
  konnect: { ...(extension()['spec'] as { konnect: object }).konnect, dataPlane: { labels } },
});

describe('create', () => {
  it('uploads a certificate, then puts it into the Secret, then writes the settings', async () => {
    await using stage = await fresh();
    const writes = recordWrites(stage);

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(writes).toEqual(['POST', 'create Secret', 'create ConfigMap']);
    expect(uploaded(stage)).toEqual([inSecret(stage)]);
    expect(condition(stage, 'Ready')).toBe('True Ready: KonnectExtension is ready');
    expect(condition(stage, 'DataPlaneCertificateProvisioned')).toMatch(/^True Provisioned/);
    expect(stage.object(extensionKind, 'ext').metadata.finalizers).toEqual([finalizer]);
    expect(stage.object(extensionKind, 'ext').status).toMatchObject({
      konnect: { controlPlaneID: planeId(stage), clusterType: 'ControlPlane', endpoints: expect.any(Object) },
      dataPlaneClientAuth: { certificateSecretRef: { name: ownedName } },
    });
  });

  it("makes a Secret that tools of Kong's operator know, and that goes with the extension", async () => {
    await using stage = await fresh();
    await reconcile(stage);
    const { uid } = stage.object(extensionKind, 'ext').metadata;

    expect(stage.find(secretResource, ownedName)).toMatchObject({
      type: 'kubernetes.io/tls',
      metadata: { labels: { 'konghq.com/konnect-dp-cert': 'true' }, ownerReferences: [{ uid, controller: true }] },
      data: { 'ca.crt': expect.any(String), 'tls.crt': expect.any(String), 'tls.key': expect.any(String) },
    });
    expect(stage.find(configMapResource, ownedName)?.metadata.ownerReferences).toMatchObject([{ uid }]);
    expect(stage.konnect.certificates(planeId(stage))[0]?.title).toContain(`k8s-uid:${uid}`);
    expect(settings(stage)).toMatchObject({
      KONG_ROLE: 'data_plane',
      KONG_CLUSTER_CONTROL_PLANE: expect.stringMatching(/:443$/),
    });
  });

  it('rests then: a second look makes no call and writes nothing', async () => {
    await using stage = await ready();
    const before = stage.cluster.user.objects;

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.konnect.requests).toEqual([]);
    expect(stage.cluster.calls.filter((call) => !/^(get|list) /.test(call))).toEqual([]);
    expect(stage.cluster.user.objects).toEqual(before);
  });

  it('a closer look reads once, and writes nothing', async () => {
    await using stage = await ready();

    expect(await reconcile(stage, { force: true })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET /v2/control-planes/{id}/${certificates}`]);
    expect(stage.cluster.calls.filter((call) => !/^(get|list) /.test(call))).toEqual([]);
  });

  it('a finalizer that somebody took off is put back', async () => {
    await using stage = await ready();
    edit(stage, { metadata: { finalizers: null } });

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(stage.object(extensionKind, 'ext').metadata.finalizers).toEqual([finalizer]);
    expect(stage.konnect.writes).toBe(0);
  });
});

describe('labels of data planes', () => {
  it('are settings', async () => {
    await using stage = await fresh(withLabels({ team: 'a', region: 'eu' }));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(settings(stage)['KONG_CLUSTER_DP_LABELS']).toBe('region:eu,team:a');
    edit(stage, { spec: withLabels({ team: 'b' }) });
    forget(stage);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(settings(stage)['KONG_CLUSTER_DP_LABELS']).toBe('region:eu,team:b');
    edit(stage, { spec: { konnect: { dataPlane: null } } });
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(settings(stage)).not.toHaveProperty('KONG_CLUSTER_DP_LABELS');
    expect(stage.konnect.requests).toEqual([]);
  });

  it('are five at most, which the CRD does not say', async () => {
    await using stage = await fresh(withLabels({ a: '1', b: '2', c: '3', d: '4', e: '5', f: '6' }));

    expect(await reconcile(stage)).toMatchObject({ is: 'terminal', reason: 'TooManyDataPlaneLabels' });

    expect(condition(stage, 'Ready')).toMatch(/^False TooManyDataPlaneLabels: .*has 6 entries.*remove 1/);
    expect(stage.konnect.requests).toEqual([]);
  });
});

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

describe('a control plane given by its id', () => {
  async function given(
    type: 'CLUSTER_TYPE_CONTROL_PLANE' | 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER',
  ): Promise<{ stage: Stage; id: string }> {
    const stage = await startStage();
    await withAuth(stage);
    const { id } = stage.konnect.createControlPlane(organizationId, { name: 'by hand', cluster_type: type }, 'eu');
    stage.cluster.user.apply(resource, extension(byId(id)));
    return { stage, id };
  }

  it('is asked about once, and then remembered', async () => {
    const { stage, id } = await given('CLUSTER_TYPE_K8S_INGRESS_CONTROLLER');
    await using _ = stage;

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)[0]).toBe('GET /v2/control-planes/{id}');
    expect(uploaded(stage, id)).toEqual([inSecret(stage)]);
    const before = settings(stage);
    forget(stage);
    expect(await reconcile(stage)).toEqual({ is: 'done' });
    expect(stage.konnect.requests).toEqual([]);
    expect(settings(stage)).toEqual(before);
    expect(await reconcile(stage, { force: true })).toEqual({ is: 'done' });
    expect(konnectCalls(stage)).toHaveLength(2);
  });

  it.each(['7d0f2c5e-2b1f-4c8e-9a77-5d1f6a3b9c01', 'no-uuid', 'a/b'])(
    'that Konnect does not know (%s) is told',
    async (id) => {
      await using stage = await startStage();
      await withAuth(stage);
      stage.cluster.user.apply(resource, extension(byId(id)));

      expect((await reconcile(stage)).is).toBe('terminal');

      expect(condition(stage, 'Ready')).toMatch(/^False provisioning: ./);
      expect(stage.konnect.writes).toBe(0);
    },
  );

  it('that somebody deleted is told at the next closer look', async () => {
    const { stage, id } = await given('CLUSTER_TYPE_CONTROL_PLANE');
    await using _ = stage;
    await settle(stage, extensionKind, 'ext');
    stage.konnect.removeControlPlane(id);

    expect((await reconcile(stage, { force: true })).is).toBe('terminal');

    expect(condition(stage, 'ControlPlaneRefValid')).toMatch(new RegExp(`^False Invalid: no control plane ${id}`));
  });
});

describe('what is not ours', () => {
  const others = { name: ownedName, namespace };

  it.each([
    { what: 'a Secret', foreign: secretResource, data: { 'tls.crt': 'eA==' } },
    { what: 'a ConfigMap', foreign: configMapResource, data: { a: 'b' } },
  ])('$what of that name is left alone, and said', async ({ foreign, data }) => {
    await using stage = await fresh();
    const before = stage.cluster.user.apply(foreign, { metadata: others, data });

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(condition(stage, 'DataPlaneCertificateProvisioned')).toMatch(
      /^False InvalidSecret: .*does not belong to this extension/,
    );
    expect(condition(stage, 'Ready')).toMatch(/^False provisioning/);
    expect(stage.find(foreign, ownedName)).toBe(before);
    expect(stage.konnect.requests).toEqual([]);
  });

  it('T57 certificates of other extensions, and those of nobody, stay', async () => {
    await using stage = await ready();
    stage.cluster.user.apply(resource, extension({}, { name: 'other' }));
    await settle(stage, extensionKind, 'other');
    expect(uploaded(stage)).toEqual([inSecret(stage), inSecret(stage, 'konnect-extension-other')]);
    stage.cluster.user.remove(resource, key('ext'));

    expect(await reconcile(stage)).toEqual({ is: 'done' });

    expect(uploaded(stage)).toEqual([inSecret(stage, 'konnect-extension-other')]);
  });
});

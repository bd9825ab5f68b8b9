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
  extension,
  extensionKind,
  forget,
  key,
  konnectCalls,
  secretResource,
  settle,
} from '../../../test/memory/manifests.ts';
import { namespace } from '../../../test/memory/stage.ts';
import { finalizer } from '../../engine/names.ts';

const { resource } = extensionKind;

const certificates = 'dp-client-certificates';

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

import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { findCondition, statusOf } from '../../lib/engine/objects.ts';
import { manual, ownCertificate, tlsSecret } from './certificates.ts';
import { force } from './events.ts';
import { auth, controlPlane, controlPlaneKind, extension, extensionKind, type Manifest } from './manifests.ts';
import { deadLetters } from './rest.ts';
import { idOf, messageOf, type Scene } from './scene.ts';
import { stageForFile } from './stage.ts';

const stage = stageForFile();

interface Bad {
  readonly what: string;
  readonly condition: string;
  readonly reason: string;
  readonly says: string;
  readonly manifest: Manifest;
  readonly with?: Manifest;
}

async function badExtensions(): Promise<readonly Bad[]> {
  const [good, expired] = [await ownCertificate(), await ownCertificate(-1)];
  const withSecret = { condition: 'DataPlaneCertificateProvisioned', reason: 'InvalidSecret' };
  const named = (name: string) => extension(name, { controlPlane: 'plane', clientAuth: manual(name) });
  return [
    {
      ...withSecret,
      what: 'a certificate that is no PEM',
      says: 'tls.crt must be a certificate in PEM',
      manifest: named('no-pem'),
      with: tlsSecret('no-pem', { ...good, certificate: Buffer.from(good.certificate).toString('base64') }),
    },
    {
      ...withSecret,
      what: 'a certificate without its key',
      says: 'tls.key must be its private key in PEM',
      manifest: named('no-key'),
      with: tlsSecret('no-key', { certificate: good.certificate }),
    },
    {
      ...withSecret,
      what: 'a certificate that has expired',
      says: 'expired at',
      manifest: named('expired'),
      with: tlsSecret('expired', expired),
    },
    {
      what: 'more labels than a data plane may have',
      condition: 'Ready',
      reason: 'TooManyDataPlaneLabels',
      says: 'has 6 entries, and Konnect accepts at most 5 from a data plane: remove 1',
      manifest: extension('labels', {
        controlPlane: 'plane',
        labels: Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, name])),
      }),
    },
  ];
}

it('tells of an extension what to change, does not try again and again, and uploads nothing', async () => {
  const scene = await stage.scene('bad-extensions');
  await scene.apply(auth('auth', { token: scene.token }), controlPlane('plane'));
  const { id } = statusOf(await scene.done(controlPlaneKind, 'plane'));
  const bad = await badExtensions();
  for (const { manifest, with: secret } of bad) await scene.apply(...(secret === undefined ? [] : [secret]), manifest);

  await stage.rest();

  for (const { what, condition, reason, says, manifest } of bad) {
    const object = await scene.get(extensionKind, manifest.metadata.name);
    const found = object && findCondition(object, condition);
    expect(found, what).toMatchObject({ status: 'False', reason });
    expect(found?.message, what).toContain(says);
    expect(object && findCondition(object, 'Ready')?.status, what).toBe('False');
  }
  expect(scene.pinned(String(id))).toEqual([]);
  expect(deadLetters(stage.stack)).toEqual([]);
});

it('is well once what was wrong with a certificate is right', async () => {
  const scene = await stage.scene('corrected');
  await scene.apply(
    auth('auth', { token: scene.token }),
    controlPlane('plane'),
    extension('plane', { clientAuth: manual('own') }),
    tlsSecret('own', { certificate: 'nonsense' }),
  );
  await scene.until(extensionKind, 'plane', 'is refused', (object) =>
    messageOf(object, 'DataPlaneCertificateProvisioned').includes('PEM'),
  );

  const { certificate, key } = await ownCertificate();
  await scene.patch('Secret', 'own', { stringData: { 'tls.crt': certificate, 'tls.key': key } });

  await scene.done(extensionKind, 'plane');
});

it("says what Konnect refused: a name of 2,000 characters, which Kong's CRD lets through", async () => {
  const scene = await stage.scene('long-name');
  await scene.apply(auth('auth', { token: scene.token }), controlPlane('plane', { name: 'n'.repeat(2_000) }));

  const refused = await scene.until(
    controlPlaneKind,
    'plane',
    'is refused',
    (object) => findCondition(object, 'Programmed')?.reason === 'FailedToCreate',
  );

  expect(messageOf(refused, 'Programmed')).toMatch(/Konnect answered 400 .*name/);
  await stage.rest();
  expect(scene.planes()).toEqual([]);
  expect(scene.calls().filter(({ write }) => write)).toHaveLength(1);

  await scene.patch(controlPlaneKind, 'plane', { spec: { name: 'short' } });
  await scene.done(controlPlaneKind, 'plane');
});

it('serves objects whose names are as long as names may be', async () => {
  const scene = await stage.scene('long-objects');
  const name = `${'long-'.repeat(50)}end`;
  expect(name).toHaveLength(253);
  await scene.apply(
    auth(name, { token: scene.token }),
    controlPlane(name, { name: 'plane', konnect: { authRef: { name } } }),
    extension(name),
  );

  const done = await scene.done(extensionKind, name);

  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  const owned = `konnect-extension-${name}`.slice(0, 240).concat('-', hash);
  expect(owned).toHaveLength(253);
  expect(statusOf(done)['dataPlaneClientAuth']).toEqual({ certificateSecretRef: { name: owned } });
  const [plane] = scene.planes();
  expect(scene.pinned(plane?.id ?? '')).toEqual([await scene.mounted(owned)]);
  expect(await scene.configMap(owned)).toMatchObject({ KONG_ROLE: 'data_plane' });
});

it("never touches somebody else's control plane, also where the status points at it", async () => {
  const scene = await stage.scene('foreign');
  await scene.apply(auth('auth', { token: scene.token }), controlPlane('plane'));
  const object = await scene.done(controlPlaneKind, 'plane');
  const foreign = stage.stack.konnect.createControlPlane(scene.organizationId, { name: 'by-hand' }, 'us');
  await pointAt(scene, foreign.id);

  await force(stage.stack, object);
  const refused = await scene.until(
    controlPlaneKind,
    'plane',
    'refuses',
    (seen) => findCondition(seen, 'Programmed')?.reason === 'OwnershipConflict',
  );
  expect(messageOf(refused, 'Programmed')).toContain(`${foreign.id} in Konnect belongs to no Kubernetes object`);
  expect(scene.planes().find(({ id }) => id === foreign.id)).toEqual(foreign);

  await scene.remove(controlPlaneKind, 'plane');
  await stage.until('the object is gone', async () => (await scene.get(controlPlaneKind, 'plane')) === undefined);

  expect(scene.planes(), `the object's own is ${idOf(object)}`).toEqual([foreign]);
});

it('does not take over a control plane of the same name', async () => {
  const scene = await stage.scene('same-name');
  const foreign = stage.stack.konnect.createControlPlane(scene.organizationId, { name: 'plane' }, 'us');
  await scene.apply(auth('auth', { token: scene.token }), controlPlane('plane'));

  const refused = await scene.until(
    controlPlaneKind,
    'plane',
    'is refused',
    (object) => findCondition(object, 'Programmed')?.reason === 'FailedToCreate',
  );

  expect(messageOf(refused, 'Programmed')).toContain(
    `the entity ${foreign.id} in Konnect belongs to no Kubernetes object`,
  );
  await stage.rest();
  expect(scene.planes()).toEqual([foreign]);
});

async function pointAt(scene: Scene, id: string): Promise<void> {
  const { admin } = stage.stack;
  const { kinds } = await import('../../lib/kinds/registry.gen.ts');
  const resource = kinds.find((kind) => kind.resource.kind === controlPlaneKind)?.resource;
  if (resource === undefined) throw new Error(`${controlPlaneKind} is not registered`);
  const key = { namespace: scene.namespace, name: 'plane' };
  await admin.patch(resource, key, { status: { id } }, { subresource: 'status' });
}

import { expect, it } from 'vitest';
import { entityTypes } from '../../infra/local/konnect/core-entities/registry.ts';
import { holdsForGeneration, isRecord, keyOf, type Resource } from '../../lib/engine/objects.ts';
import { placeOf } from '../../lib/engine/place.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { allExamples, filledIn, inNamespace } from '../world/examples.ts';
import { givenInKonnect } from '../world/given.ts';
import { exampleToken } from '../world.ts';
import { ownCertificate } from './certificates.ts';
import { extensionKind, type Manifest, resourceNamed } from './manifests.ts';
import type { Scene } from './scene.ts';
import { stageForFile } from './stage.ts';

/* Every kind with the rights that its function has in a cluster: made, found by a drift check, deleted. */

// A network that is being made can not be deleted.
const stage = stageForFile({ konnect: { cloud: { provisionMs: 0 } } });

/** Secrets of a type each, of which credentials of a consumer are made. */
const credentials: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'basic-auth': { username: 'kiosk', password: 'a-password' },
  'key-auth': { key: 'a-key' },
  acl: { group: 'kiosks' },
  hmac: { username: 'kiosk', secret: 'a-secret' },
  jwt: { key: 'an-issuer', algorithm: 'HS256', secret: 'another-secret' },
};

const secrets = Object.entries(credentials).map(
  ([type, stringData]): Manifest => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `kiosk-${type}`, labels: { 'konghq.com/credential': type } },
    stringData,
  }),
);

const controlPlaneRef = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'gateway-control-plane' } };
const kiosk: Manifest = {
  apiVersion: 'configuration.konghq.com/v1',
  kind: 'KongConsumer',
  metadata: { name: 'kiosk' },
  username: 'kiosk',
  credentials: secrets.map(({ metadata }) => metadata.name),
  spec: { controlPlaneRef },
};

async function everything(name: string): Promise<Scene> {
  const scene = await stage.scene(name);
  const given = await givenInKonnect(stage.stack.konnect, scene.organizationId, scene.token);
  const examples = filledIn(await allExamples(), given).replaceAll(exampleToken, scene.token);
  await stage.stack.admin.apply(inNamespace(examples, scene.namespace));
  await scene.apply(...secrets, kiosk);
  await stage.until('every object is done', async () => {
    const objects = await scene.objects();
    const made = objects.filter(({ metadata }) => metadata.ownerReferences !== undefined);
    return made.length >= secrets.length && objects.every((object) => isDone(object.kind ?? '', object));
  });
  return scene;
}

function isDone(kind: string, object: Parameters<typeof holdsForGeneration>[0]): boolean {
  const type = kinds.find(({ resource }) => resource.kind === kind)?.mainCondition ?? '';
  return holdsForGeneration(object, type);
}

// One life from the first journey to the last: each begins where the one before ends.
let scene: Scene;

it('brings every kind to Konnect', async () => {
  scene = await everything('every-kind');
  const present = await scene.objects();
  expect(new Set(present.map(({ kind }) => kind))).toEqual(new Set(kinds.map(({ resource }) => resource.kind)));
});

const users = ['DataPlane', 'ControlPlane'].map(
  (kind): Resource => ({
    group: 'gateway-operator.konghq.com',
    version: 'v1beta1',
    kind,
    plural: `${kind.toLowerCase()}s`,
    namespaced: true,
  }),
);

function definitionOf({ group, version, kind, plural }: Resource): string {
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  });
}

it("tells of what uses an extension where Kong's operator runs, and gives a mangled certificate anew", async () => {
  const { admin } = stage.stack;
  for (const user of users) await admin.apply(definitionOf(user));
  await stage.stack.restartForwarder();
  const name = 'my-konnect-config';
  const extensions = [{ group: 'konnect.konghq.com', kind: extensionKind, name }];
  const applied = { type: 'KonnectExtensionApplied', status: 'True', reason: 'Applied', message: '' };
  for (const user of users) {
    await admin.create(user, {
      metadata: { namespace: scene.namespace, name: 'gateway' },
      spec: { extensions },
      status: { conditions: [applied] },
    } as Parameters<typeof admin.create>[1]);
  }
  await scene.until(extensionKind, name, 'names its data plane', ({ status }) =>
    JSON.stringify(status ?? {}).includes('"dataPlaneRefs":[{"name":"gateway"'),
  );

  const secret = `konnect-extension-${name}`;
  await scene.patch('Secret', secret, { data: { 'tls.crt': Buffer.from('mangled').toString('base64') } });
  await stage.until('there is a certificate again', () =>
    scene.mounted(secret).then(
      (found) => found !== undefined,
      () => false,
    ),
  );
  await scene.done(extensionKind, name);
});

it('adopts a certificate of data planes that somebody uploaded', async () => {
  const { certificate } = await ownCertificate();
  const plane = scene.planes().find(({ name }) => name === 'gateway-control-plane')?.id ?? '';
  const answer = await fetch(`${stage.stack.konnect.url}/v2/control-planes/${plane}/dp-client-certificates`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ cert: certificate }),
  });
  const { item } = (await answer.json()) as { readonly item: { readonly id: string } };
  const adopt = { from: 'konnect', mode: 'match', konnect: { id: item.id } };

  await scene.apply({
    apiVersion: 'configuration.konghq.com/v1alpha1',
    kind: 'KongDataPlaneClientCertificate',
    metadata: { name: 'adopted' },
    spec: { controlPlaneRef, cert: certificate, adopt },
  });

  expect(placeOf(await scene.done('KongDataPlaneClientCertificate', 'adopted'))?.id).toBe(item.id);
});

it('lets nothing be adopted that another object has, of any kind that can adopt', async () => {
  const planes = scene.planes();
  const originals = (await scene.objects()).filter(
    ({ kind, metadata, spec }) => canAdopt(kind) && !metadata.ownerReferences && spec,
  );
  for (const plane of planes) forgetOwners(plane.id);

  for (const object of originals) {
    const { metadata, status, spec, ...rest } = object;
    const adopt = { from: 'konnect', mode: 'match', konnect: { id: placeOf(object)?.id } };
    const name = `${metadata.name}-twin`;
    const twin = { ...rest, metadata: { name }, spec: { ...(isRecord(spec) ? spec : {}), adopt } };
    await scene.apply(twin as Manifest);
    await scene.until(object.kind ?? '', name, 'is refused', (found) =>
      /UIDConflict|OwnershipConflict/.test(JSON.stringify(found.status)),
    );
  }
});

it('leaves nothing behind', async () => {
  const owned = async () =>
    (await scene.objects()).filter(({ metadata }) => metadata.ownerReferences?.some(({ name }) => name === 'kiosk'));
  expect(await owned()).toHaveLength(secrets.length);
  for (const { metadata } of secrets) await scene.remove('Secret', metadata.name);
  await stage.until('credentials without their Secrets are gone', async () => (await owned()).length === 0);
  const { admin } = stage.stack;
  for (const user of users) await admin.delete(user, { namespace: scene.namespace, name: 'gateway' });
  for (const object of await scene.objects()) {
    await admin.delete(resourceNamed(object.kind ?? ''), keyOf(object));
  }
  await stage.until('every object is gone', async () => (await scene.objects()).length === 0);

  expect(scene.planes()).toEqual([]);
});

function canAdopt(kind: string | undefined): boolean {
  const found = kinds.find(({ resource }) => resource.kind === kind);
  return JSON.stringify(found?.schema() ?? {}).includes('"adopt"');
}

/** What was adopted as it was carries no owner. */
function forgetOwners(plane: string): void {
  const { konnect } = stage.stack;
  for (const { collection } of entityTypes) {
    for (const { id, tags } of konnect.entities(plane, collection)) {
      if (Array.isArray(tags) && tags.length > 0) konnect.patchEntity(plane, collection, String(id), { tags: [] });
    }
  }
}

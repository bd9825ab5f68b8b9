import { expect, it } from 'vitest';
import { findCondition } from '../../lib/engine/objects.ts';
import { auth, controlPlane, controlPlaneKind, type Manifest } from './manifests.ts';
import { idOf, type Scene } from './scene.ts';
import { stage } from './together.ts';

const group = 'configuration.konghq.com';
const controlPlaneRef = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'plane' } };
const named = { 'konghq.com/plugins': 'headers' };

function service(annotations: Readonly<Record<string, string>> = {}): Manifest {
  const spec = { controlPlaneRef, host: 'shop.internal' };
  return { apiVersion: `${group}/v1alpha1`, kind: 'KongService', metadata: { name: 'shop', annotations }, spec };
}

function secret(name: string, stringData: Readonly<Record<string, string>>, label?: string): Manifest {
  const labels = label === undefined ? {} : { labels: { 'konghq.com/credential': label } };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, ...labels }, stringData };
}

/** A plugin whose configuration stands in the Secret `headers`. */
const plugin: Manifest = {
  apiVersion: `${group}/v1`,
  kind: 'KongPlugin',
  metadata: { name: 'headers' },
  plugin: 'request-transformer',
  configFrom: { secretKeyRef: { name: 'headers', key: 'config' } },
};

const config = (value: string) => ({ config: `add:\n  headers:\n  - x-shop:${value}\n` });

function consumer(credentials: readonly string[]): Manifest {
  return {
    apiVersion: `${group}/v1`,
    kind: 'KongConsumer',
    metadata: { name: 'app' },
    username: 'app',
    credentials,
    spec: { controlPlaneRef },
  };
}

interface Place {
  readonly scene: Scene;
  entities(collection: string): ReturnType<typeof stage.stack.konnect.entities>;
}

/** A scene with a control plane, and these objects in it. */
async function sceneWith(name: string, ...manifests: readonly Manifest[]): Promise<Place> {
  const scene = await stage.scene(name);
  await scene.apply(auth('auth', { token: scene.token }), controlPlane('plane'), ...manifests);
  const id = idOf(await scene.done(controlPlaneKind, 'plane'));
  return { scene, entities: (collection) => stage.stack.konnect.entities(id, collection) };
}

it('binds a plugin by annotation, follows its Secret, and takes it back', async () => {
  const { scene, entities } = await sceneWith('annotation', secret('headers', config('1')), plugin, service(named));
  await scene.done('KongPlugin', 'headers');
  expect(entities('plugins')).toMatchObject([{ config: { add: { headers: ['x-shop:1'] } } }]);
  await stage.rest();

  await scene.patch('Secret', 'headers', { stringData: config('2') });
  await stage.until('the new configuration is in Konnect', () =>
    JSON.stringify(entities('plugins')).includes('x-shop:2'),
  );
  await stage.rest();

  await scene.patch('KongService', 'shop', { metadata: { annotations: { 'konghq.com/plugins': null } } });
  await stage.until('the plugin is gone', () => entities('plugins').length === 0);
  await stage.rest();
  expect((await scene.objects()).filter(({ kind }) => kind === 'KongPluginBinding')).toEqual([]);
});

it('says where the Secret of a plugin is missing, and goes on once it is there', async () => {
  const { scene, entities } = await sceneWith('late-secret', plugin, service(named));
  await scene.until('KongPlugin', 'headers', 'names the Secret', (object) =>
    /Secret late-secret\S*\/headers, which does not exist/.test(findCondition(object, 'Programmed')?.message ?? ''),
  );
  expect(entities('plugins')).toEqual([]);

  await scene.apply(secret('headers', config('1')));
  await scene.done('KongPlugin', 'headers');

  expect(entities('plugins')).toHaveLength(1);
});

it('makes credentials of Secrets, follows them, and deletes them with their Secret or their consumer', async () => {
  const keys = [secret('one', { key: 'k1' }, 'key-auth'), secret('two', { key: 'k2' }, 'key-auth')];
  const { scene, entities } = await sceneWith('credentials', ...keys, consumer(['one', 'two']));
  const inKonnect = () =>
    entities('key-auths')
      .map((entity) => entity['key'])
      .sort();
  await stage.until('both keys are in Konnect', () => inKonnect().join() === 'k1,k2');

  await scene.patch('Secret', 'one', { stringData: { key: 'k3' } });
  await stage.until('the new key is in Konnect', () => inKonnect().join() === 'k2,k3');

  await scene.remove('Secret', 'two');
  await stage.until('the key without its Secret is gone', () => inKonnect().join() === 'k3');
  await scene.until('KongConsumer', 'app', 'names the Secret', (object) =>
    (findCondition(object, 'CredentialSecretRefsValid')?.message ?? '').includes('Secret two does not exist'),
  );

  await scene.remove('KongConsumer', 'app');
  await stage.until('nothing is left', () => entities('consumers').length + entities('key-auths').length === 0);
});

it('gives back a credential and a binding that somebody deleted', async () => {
  const key = secret('one', { key: 'k-back' }, 'key-auth');
  const annotated = [secret('headers', config('1')), plugin, service(named)];
  const { scene, entities } = await sceneWith('back', key, consumer(['one']), ...annotated);
  const counts = () => `${entities('key-auths').length} ${entities('plugins').length}`;
  await stage.until('both are in Konnect', () => counts() === '1 1');

  const made = (await scene.objects()).filter(({ metadata }) => metadata.ownerReferences !== undefined);
  expect(made.map(({ kind }) => kind).sort()).toEqual(['KongCredentialAPIKey', 'KongPluginBinding']);
  for (const { kind, metadata } of made) {
    await scene.remove(kind, metadata.name);
    await scene.until(kind, metadata.name, 'is made anew', (object) => object.metadata.uid !== metadata.uid);
  }
  await stage.until('both are in Konnect again', () => counts() === '1 1');
});

import {
  CoreV1Api as Core,
  type CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalKubernetes, startKubernetes } from './server.ts';
import { createApiClient } from './testing/client.ts';
import { installWidgets, widget } from './testing/widgets.ts';

const namespace = 'official';
const widgets = { group: 'test.example.com', version: 'v1', namespace, plural: 'widgets' };
let server: LocalKubernetes;
let config: KubeConfig;
let core: CoreV1Api;

beforeAll(async () => {
  server = await startKubernetes();
  const api = createApiClient(server.kubeconfig());
  await installWidgets(api, namespace);
  api.close();
  config = new KubeConfig();
  config.loadFromString(server.kubeconfig());
  core = config.makeApiClient(Core);
});

afterAll(() => server.stop());

describe('the official client', () => {
  it('reads and writes built-in kinds with its types', async () => {
    const body = { metadata: { name: 'typed' }, stringData: { a: 'b' } };
    await core.createNamespacedSecret({ namespace, body });

    const secret = await core.readNamespacedSecret({ namespace, name: 'typed' });
    const missing = core.readNamespacedSecret({ namespace, name: 'none' });

    expect(secret.data).toEqual({ a: 'Yg==' });
    expect(secret.metadata?.creationTimestamp).toBeInstanceOf(Date);
    await expect(missing).rejects.toMatchObject({ code: 404 });
  });

  it('reads and writes custom resources', async () => {
    const custom = config.makeApiClient(CustomObjectsApi);
    await custom.createNamespacedCustomObject({ ...widgets, body: widget('custom') });
    const patch = [{ op: 'replace', path: '/spec/mode', value: 'manual' }];
    await custom.patchNamespacedCustomObject({ ...widgets, name: 'custom', body: patch });

    const found: unknown = await custom.getNamespacedCustomObject({ ...widgets, name: 'custom' });

    expect(found).toMatchObject({ spec: { size: 'small', mode: 'manual' }, metadata: { generation: 2 } });
  });

  it('finds kinds by discovery', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const object = { apiVersion: 'test.example.com/v1', kind: 'Widget', metadata: { name: 'found', namespace } };
    await objects.create({ ...object, ...{ spec: { size: 'small' } } });

    const read: unknown = await objects.read(object);

    expect(read).toMatchObject({ kind: 'Widget', spec: { mode: 'auto' } });
  });

  it('watches', async () => {
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const seen = Promise.withResolvers<string>();
    const watch = await new Watch(config).watch(
      path,
      {},
      (type) => seen.resolve(type),
      (error) => seen.reject(error),
    );
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'watched' } } });

    expect(await seen.promise).toBe('ADDED');
    watch.abort();
  });

  it('informs, also after its watch was cut', async () => {
    const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: 'informed' });
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const informer = makeInformer(config, path, list, 'informed');
    const names: (string | undefined)[] = [];
    informer.on('add', ({ metadata }) => names.push(metadata?.name));
    informer.on('error', () => void informer.start());
    await informer.start();
    const create = (name: string) =>
      core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { informed: '' } } } });

    await create('one');
    await expect.poll(() => names).toEqual(['one']);
    server.dropWatches();
    await create('two');

    await expect.poll(() => names, { timeout: 20_000 }).toEqual(['one', 'two']);
    await informer.stop();
  });
});

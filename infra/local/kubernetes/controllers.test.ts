import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type JsonObject, listOf } from './json.ts';
import { type LocalKubernetes, startKubernetes } from './server.ts';
import { type ApiClient, createApiClient, type WatchEvent } from './testing/client.ts';
import { createNamespace, installWidgets, widget, widgetDefinition, widgetsPath } from './testing/widgets.ts';

const configMaps = '/api/v1/namespaces/garbage/configmaps';
const merge = 'application/merge-patch+json';
let server: LocalKubernetes;
let api: ApiClient;

beforeAll(async () => {
  server = await startKubernetes();
  api = createApiClient(server.kubeconfig());
  await createNamespace(api, 'garbage');
});

afterAll(async () => {
  api.close();
  await server.stop();
});

async function configMap(name: string, owners: readonly JsonObject[] = [], finalizers: readonly string[] = []) {
  const metadata = { name, ownerReferences: owners, finalizers };
  return (await api.send('POST', configMaps, { body: { metadata } })).body;
}

function owner(object: JsonObject, more: JsonObject = {}): JsonObject {
  const metadata = { name: at(object, 'metadata', 'name') ?? '', uid: at(object, 'metadata', 'uid') ?? '' };
  return { apiVersion: 'v1', kind: 'ConfigMap', ...metadata, ...more };
}

/** Waits until an object is gone: the watch ends its wait with the DELETED event, or there is nothing to wait for. */
async function gone(collection: string, name: string): Promise<readonly WatchEvent[]> {
  const open = await api.watch(`${collection}?watch=true&fieldSelector=metadata.name%3D${name}`);
  const { status } = await api.send('GET', `${collection}/${name}`);
  if (status === 404) {
    open.close();
    return [];
  }
  for (let count = 1; ; count += 1) {
    const events = await open.events(count);
    if (events.at(-1)?.type !== 'DELETED') continue;
    open.close();
    return events;
  }
}

function remove(name: string, propagationPolicy = 'Background') {
  return api.send('DELETE', `${configMaps}/${name}`, { body: { propagationPolicy } });
}

describe('the garbage collector', () => {
  it('deletes what lost its owner, and what lost that', async () => {
    const root = await configMap('root');
    const child = await configMap('child', [owner(root)]);
    await configMap('grandchild', [owner(child)]);

    await remove('root');

    await gone(configMaps, 'child');
    await gone(configMaps, 'grandchild');
  });

  it('keeps what has another owner, without the lost reference', async () => {
    const [one, two] = [await configMap('one'), await configMap('two')];
    await configMap('shared', [owner(one), owner(two)]);
    const watch = await api.watch(`${configMaps}?watch=true&fieldSelector=metadata.name%3Dshared`);

    await remove('one');

    const [, changed] = await watch.events(2);
    watch.close();
    expect(at(changed?.object, 'metadata', 'ownerReferences')).toEqual([owner(two)]);
  });

  it('knows owners by uid: a new one of the same name is another', async () => {
    const old = await configMap('again');
    await remove('again');
    await configMap('again');

    await configMap('stale', [owner(old)]);

    await gone(configMaps, 'stale');
  });

  it('waits for blocking dependents when asked for the foreground', async () => {
    const root = await configMap('front');
    await configMap('blocker', [owner(root, { blockOwnerDeletion: true })], ['a.io/hold']);

    const { body } = await remove('front', 'Foreground');
    const held = await api.send('GET', `${configMaps}/front`);
    await api.send('PATCH', `${configMaps}/blocker`, { body: { metadata: { finalizers: null } }, type: merge });

    expect(at(body, 'metadata', 'finalizers')).toEqual(['foregroundDeletion']);
    expect(held.status).toBe(200);
    await gone(configMaps, 'front');
  });

  it('lets dependents go free when asked to orphan them', async () => {
    const root = await configMap('parent');
    await configMap('orphan', [owner(root)]);

    await remove('parent', 'Orphan');
    await gone(configMaps, 'parent');

    const { body } = await api.send('GET', `${configMaps}/orphan`);
    expect(at(body, 'metadata', 'ownerReferences')).toBeUndefined();
  });
});

describe('a namespace that is deleted', () => {
  it('takes its content with it and waits for finalizers', async () => {
    await createNamespace(api, 'doomed');
    const secrets = '/api/v1/namespaces/doomed/secrets';
    await api.send('POST', secrets, { body: { metadata: { name: 'held', finalizers: ['a.io/hold'] } } });
    await api.send('POST', secrets, { body: { metadata: { name: 'free' } } });

    const { body } = await api.send('DELETE', '/api/v1/namespaces/doomed');
    await gone(secrets, 'free');
    const late = await api.send('POST', secrets, { body: { metadata: { name: 'late' } } });
    await api.send('PATCH', `${secrets}/held`, { body: { metadata: { finalizers: null } }, type: merge });

    expect(at(body, 'status', 'phase')).toBe('Terminating');
    expect(late.status).toBe(403);
    expect(late.body).toMatchObject({
      message:
        'secrets "late" is forbidden: unable to create new content in namespace doomed because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
    });
    await gone('/api/v1/namespaces', 'doomed');
  });

  it('is not one that every cluster needs', async () => {
    const { status } = await api.send('DELETE', '/api/v1/namespaces/default');

    expect(status).toBe(403);
  });
});

describe('a definition', () => {
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

  it('is accepted at once and takes its objects with it', async () => {
    await installWidgets(api, 'defined');
    const { body } = await api.send('GET', `${definitions}/widgets.test.example.com`);
    await api.send('POST', widgetsPath('defined'), { body: widget('w') });

    await api.send('DELETE', `${definitions}/widgets.test.example.com`);
    await gone(definitions, 'widgets.test.example.com');

    expect(listOf(at(body, 'status', 'conditions')).map((one) => [at(one, 'type'), at(one, 'status')])).toEqual([
      ['NamesAccepted', 'True'],
      ['Established', 'True'],
    ]);
    expect((await api.send('GET', widgetsPath('defined'))).text).toBe('404 page not found\n');
    const { body: again } = await api.send('POST', definitions, { body: widgetDefinition });
    expect(again['kind']).toBe('CustomResourceDefinition');
    expect((await api.send('GET', widgetsPath('defined'))).body['items']).toEqual([]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalKubernetes, startKubernetes } from '../../infra/local/kubernetes/server.ts';
import { secretResource } from '../engine/objects.ts';
import { depot, warehouseCrds } from '../forward/fixture.ts';
import type { ClusterCall } from './client.ts';
import { clusterOf, crds, failure, key } from './fixture.ts';

const depots = depot.resource;
const uninstalled = { ...depots, group: 'nowhere.example', plural: 'ghosts', kind: 'Ghost' };

let kubernetes: LocalKubernetes;
let cluster: ReturnType<typeof clusterOf>;
let calls: ClusterCall[] = [];

beforeAll(async () => {
  kubernetes = await startKubernetes();
  cluster = clusterOf(
    () => kubernetes.kubeconfig(),
    (call) => calls.push(call),
  );
  for (const crd of warehouseCrds) await cluster.create(crds, crd);
});
afterAll(async () => {
  await cluster.close();
  await kubernetes.stop();
});
beforeEach(() => {
  kubernetes.setFault(undefined);
  kubernetes.resetRequests();
  calls = [];
});

describe('one object', () => {
  it('is made, read, patched and deleted', async () => {
    const made = await cluster.create(depots, { metadata: key('life'), spec: { size: 1 } });
    const patched = await cluster.patch(depots, key('life'), { spec: { size: 2, colour: 'red' } });
    const reported = await cluster.patch(depots, key('life'), { status: { id: 'x' } }, { subresource: 'status' });
    const read = await cluster.get(depots, key('life'));
    await cluster.delete(depots, key('life'));

    expect(made).toMatchObject({ apiVersion: 'warehouse.example/v1', kind: 'Depot', metadata: { generation: 1 } });
    expect(patched).toMatchObject({ spec: { size: 2, colour: 'red' }, metadata: { generation: 2 } });
    expect(reported).toMatchObject({ status: { id: 'x' }, metadata: { generation: 2 } });
    expect(read).toEqual(reported);
    expect(await cluster.get(depots, key('life'))).toBeUndefined();
    expect(calls.map(({ verb, status }) => `${verb} ${status}`)).toEqual([
      'create 201',
      'patch 200',
      'patch 200',
      'get 200',
      'delete 200',
      'get 404',
    ]);
  });

  it('that is not there is undefined to a reader, and an error to a writer', async () => {
    expect(await cluster.get(depots, key('none'))).toBeUndefined();
    expect(await cluster.get(depots, { namespace: 'no-such-namespace', name: 'none' })).toBeUndefined();

    const error = await failure(cluster.patch(depots, key('none'), { spec: {} }));

    expect(error).toMatchObject({ status: 404, reason: 'NotFound' });
    expect(error.message).toBe('patch Depot default/none in cluster "prod": depots.warehouse.example "none" not found');
  });

  it('of a kind that is not installed is an error that says so, for every verb', async () => {
    const errors = await Promise.all([
      failure(cluster.get(uninstalled, key('x'))),
      failure(cluster.list(uninstalled)),
      failure(cluster.create(uninstalled, { metadata: key('x') })),
      failure(cluster.patch(uninstalled, key('x'), {})),
      failure(cluster.delete(uninstalled, key('x'))),
    ]);

    for (const error of errors) {
      expect(error).toMatchObject({ status: 404, reason: undefined });
      expect(error.message).toMatch(
        /does not serve ghosts\.nowhere\.example\/v1; install its CustomResourceDefinition/,
      );
    }
  });

  it('is refused when it changed since it was read', async () => {
    const { metadata } = await cluster.create(depots, { metadata: key('race') });
    await cluster.patch(depots, key('race'), { spec: { size: 1 } });

    const { resourceVersion } = metadata;
    const error = await failure(cluster.patch(depots, key('race'), { metadata: { resourceVersion }, spec: {} }));

    expect(error).toMatchObject({ status: 409, reason: 'Conflict' });
  });

  it('is deleted once, and a successor of its name is left alone', async () => {
    const { metadata } = await cluster.create(depots, { metadata: key('heir') });

    await cluster.delete(depots, key('heir'), { uid: 'another-uid' });
    expect((await cluster.get(depots, key('heir')))?.metadata.uid).toBe(metadata.uid);
    await cluster.delete(depots, key('heir'), { uid: metadata.uid });
    await cluster.delete(depots, key('heir'), { uid: metadata.uid });
    await cluster.delete(depots, key('heir'));

    expect(await cluster.get(depots, key('heir'))).toBeUndefined();
  });

  it('that exists, or whose namespace does not, is refused with the reason', async () => {
    await cluster.create(depots, { metadata: key('twice') });

    const exists = await failure(cluster.create(depots, { metadata: key('twice') }));
    const nowhere = await failure(cluster.create(depots, { metadata: { namespace: 'no-such', name: 'x' } }));

    expect(exists).toMatchObject({ status: 409, reason: 'AlreadyExists' });
    expect(nowhere).toMatchObject({ status: 404, reason: 'NotFound' });
    expect(nowhere.message).toContain('namespaces "no-such" not found');
  });

  it.each(['..', '.', ''])('can not steer the path by its name: "%s"', async (name) => {
    expect(await failure(cluster.delete(depots, { namespace: 'default', name }))).toMatchObject({ status: 400 });
    expect(await failure(cluster.delete(depots, { namespace: name, name: 'x' }))).toMatchObject({ status: 400 });
    expect(kubernetes.requests).toEqual([]);
  });

  it('is looked for under its own name, whatever characters it has', async () => {
    expect(await cluster.get(depots, key('a?x=1#y'))).toBeUndefined();
  });

  it.each(['..', '.', '', 'a/b', 'a/../b', 'a%2Fb', 'x'.repeat(254), '\ud800'])(
    'of a name that none can have is not there, and is not asked for (%#)',
    async (name) => {
      expect(await cluster.get(depots, key(name))).toBeUndefined();
      expect(kubernetes.requests).toEqual([]);
    },
  );
});

describe('a list', () => {
  beforeAll(async () => {
    await cluster.create(
      { ...secretResource, kind: 'Namespace', plural: 'namespaces', namespaced: false },
      {
        metadata: { name: 'many' },
      },
    );
    for (let index = 0; index < 501; index += 1) {
      const labels = { half: index % 2 === 0 ? 'even' : 'odd' };
      await cluster.create(secretResource, { metadata: { namespace: 'many', name: `s-${index}`, labels } });
    }
  });

  it('follows the pages, narrowed by namespace and label, complete with kind and version', async () => {
    const all = await cluster.list(secretResource, { namespace: 'many' });
    const odd = await cluster.list(secretResource, { labelSelector: 'half=odd' });

    expect(new Set(all.map(({ metadata }) => metadata.name)).size).toBe(501);
    expect(odd).toHaveLength(250);
    expect(all[0]).toMatchObject({ apiVersion: 'v1', kind: 'Secret' });
    expect(kubernetes.requests.filter(({ verb }) => verb === 'list')).toHaveLength(3);
  });

  it('begins again when its continuation expired, but not for ever', async () => {
    const expired = { status: 410, reason: 'Expired' };
    let lists = 0;
    kubernetes.setFault(({ verb }) => {
      if (verb !== 'list') return undefined;
      lists += 1;
      return lists === 2 ? expired : undefined;
    });

    expect(await cluster.list(secretResource, { namespace: 'many' })).toHaveLength(501);
    expect(lists).toBe(4);

    kubernetes.setFault(({ verb }) => (verb === 'list' ? expired : undefined));
    expect(await failure(cluster.list(secretResource, { namespace: 'many' }))).toMatchObject({ status: 410 });
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LocalKubernetes, startKubernetes } from '../../infra/local/kubernetes/server.ts';
import { secretResource } from '../engine/objects.ts';
import { depot, warehouseCrds } from '../forward/fixture.ts';
import { clusterOf, crds, credentialsBy, key } from './fixture.ts';
import type { Selection } from './list.ts';
import { createTransport, type Transport } from './transport.ts';
import { createWatch, defaultTiming } from './watch.ts';
import { type Kept, keeper, listed } from './watch-fixture.ts';

const depots = depot.resource;
const timing = { ...defaultTiming, backoff: { firstMs: 2, largestMs: 20 }, notServedMs: 5 };

let kubernetes: LocalKubernetes;
let cluster: ReturnType<typeof clusterOf>;
let transport: Transport;
let stop: AbortController;
let running: Promise<void>[] = [];

function watch(selection: Selection): Kept {
  const kept = keeper();
  running.push(createWatch(transport, { timing })(selection, kept.handler, stop.signal));
  return kept;
}

beforeAll(async () => {
  kubernetes = await startKubernetes();
  cluster = clusterOf(() => kubernetes.kubeconfig());
  const credentials = credentialsBy(() => kubernetes.kubeconfig());
  transport = createTransport({ cluster: 'prod', credentials, timeoutMs: 10_000, userAgent: 'test' });
  for (const crd of warehouseCrds) await cluster.create(crds, crd);
});
afterAll(async () => {
  await Promise.all([cluster.close(), transport.close()]);
  await kubernetes.stop();
});
beforeEach(() => {
  stop = new AbortController();
  running = [];
});
afterEach(async () => {
  stop.abort();
  await Promise.all(running);
  kubernetes.setFault(undefined);
  for (const { metadata } of await cluster.list(depots)) await cluster.delete(depots, key(metadata.name));
});

describe('list and watch', () => {
  it('tells what is there, then what changes', async () => {
    await cluster.create(depots, { metadata: key('old') });
    const kept = watch({ resource: depots });
    await listed(kept);

    await cluster.create(depots, { metadata: key('new') });
    await cluster.patch(depots, key('old'), { spec: { size: 1 } });
    await cluster.delete(depots, key('new'));

    await vi.waitFor(() =>
      expect(kept.story).toEqual(['first-list old', 'listed: complete', 'watch new', 'watch old', 'gone new']),
    );
    expect(kept.objects.get('old')).toMatchObject({ apiVersion: 'warehouse.example/v1', spec: { size: 1 } });
  });

  it('goes on where it was after its connection is cut', async () => {
    const kept = watch({ resource: depots });
    await listed(kept);
    kubernetes.resetRequests();
    kubernetes.setFault(({ verb }) => (verb === 'watch' ? 'reset' : undefined));
    kubernetes.dropWatches();
    await vi.waitFor(() => expect(kept.restarts.length).toBeGreaterThan(2));

    await cluster.create(depots, { metadata: key('meanwhile') });
    await cluster.create(depots, { metadata: key('brief') });
    await cluster.delete(depots, key('brief'));
    kubernetes.setFault(undefined);

    await vi.waitFor(() => expect(kept.story.slice(1)).toEqual(['watch meanwhile', 'watch brief', 'gone brief']));
    expect(kept.restarts.every((reason) => reason === 'cut' || reason === 'ended')).toBe(true);
    expect(kubernetes.requests.filter(({ verb }) => verb === 'list')).toEqual([]);
  });

  it('lists again when it is too old to go on, and tells what vanished', async () => {
    for (const name of ['stays', 'vanishes', 'replaced']) await cluster.create(depots, { metadata: key(name) });
    const kept = watch({ resource: depots });
    await listed(kept);
    const replaced = kept.objects.get('replaced')?.metadata.uid;
    kubernetes.setFault(({ verb }) => (verb === 'watch' ? { status: 503 } : undefined));
    kubernetes.dropWatches();
    await vi.waitFor(() => expect(kept.restarts).toContain('refused'));

    await cluster.delete(depots, key('vanishes'));
    await cluster.delete(depots, key('replaced'));
    await cluster.create(depots, { metadata: key('replaced') });
    await cluster.create(depots, { metadata: key('new') });
    kubernetes.expireWatches();
    kubernetes.setFault(undefined);

    await vi.waitFor(() => expect(kept.restarts).toContain('expired'));
    await vi.waitFor(() => expect([...kept.objects.keys()].toSorted()).toEqual(['new', 'replaced', 'stays']));
    expect(kept.story).toContain('gone vanishes');
    expect(kept.story).toContain('relist new');
    expect(kept.objects.get('replaced')?.metadata.uid).not.toBe(replaced);
  });

  it('tells what is known by its name alone where a list does not hold it', async () => {
    await cluster.create(depots, { metadata: key('there') });
    const kept = keeper();
    const known = () => ['there', 'nowhere'].map((name) => ({ ...key(name), uid: '' }));
    running.push(createWatch(transport, { timing })({ resource: depots }, { ...kept.handler, known }, stop.signal));
    await listed(kept);

    expect(kept.story).toEqual(['first-list there', 'gone nowhere', 'listed: complete']);
  });

  it('survives an API server that restarts', async () => {
    await cluster.create(depots, { metadata: key('before') });
    const kept = watch({ resource: depots });
    await listed(kept);
    const state = kubernetes.state();
    await kubernetes.stop();
    await vi.waitFor(() => expect(kept.restarts.length).toBeGreaterThan(1));

    kubernetes = await startKubernetes({ state });
    await cluster.create(depots, { metadata: key('after') });

    await vi.waitFor(() => expect([...kept.objects.keys()].toSorted()).toEqual(['after', 'before']));
  });

  it('waits for a CRD that is not installed yet, and says so', async () => {
    const bins = { ...depots, group: 'later.example', kind: 'Bin', plural: 'bins' };
    const kept = watch({ resource: bins });
    await vi.waitFor(() => expect(kept.restarts.slice(0, 2)).toEqual(['not-served', 'not-served']));
    expect(kept.story[0]).toBe('listed: not-served');

    const [{ spec }] = warehouseCrds as [(typeof warehouseCrds)[number]];
    const names = { kind: 'Bin', plural: 'bins', singular: 'bin' };
    await cluster.create(crds, {
      metadata: { name: 'bins.later.example' },
      spec: { ...spec, group: bins.group, names },
    });
    await listed(kept);
    await cluster.create(bins, { metadata: key('first') });

    await vi.waitFor(() => expect(kept.objects.has('first')).toBe(true));
  });

  it('sees no data of Secrets when it asks for metadata alone, and only those with the label', async () => {
    const labelled = { labels: { wanted: 'yes' } };
    const data = { token: Buffer.from('hunter2').toString('base64') };
    await cluster.create(secretResource, { metadata: { ...key('early'), ...labelled }, data });
    await cluster.create(secretResource, { metadata: key('unlabelled'), data });
    const kept = watch({ resource: secretResource, metadataOnly: true, labelSelector: 'wanted=yes' });
    await listed(kept);
    await cluster.create(secretResource, { metadata: { ...key('late'), ...labelled }, data });
    await vi.waitFor(() => expect([...kept.objects.keys()]).toEqual(['early', 'late']));

    expect(JSON.stringify([...kept.objects.values()])).not.toMatch(/"data"|aHVudGVyMg/);
    expect(kept.objects.get('late')).toMatchObject({ apiVersion: 'v1', kind: 'Secret', metadata: labelled });

    await cluster.patch(secretResource, key('late'), { metadata: { labels: { wanted: null } } });
    await vi.waitFor(() => expect([...kept.objects.keys()]).toEqual(['early']));
  });

  it('stays in its namespace', async () => {
    const kept = watch({ resource: depots, namespace: 'kube-public' });
    await listed(kept);

    await cluster.create(depots, { metadata: key('elsewhere') });
    await cluster.create(depots, { metadata: { namespace: 'kube-public', name: 'here' } });

    await vi.waitFor(() => expect(kept.story).toContain('watch here'));
    expect(kept.story).not.toContain('watch elsewhere');
    await cluster.delete(depots, { namespace: 'kube-public', name: 'here' });
  });

  it('begins a list anew that expired between two pages, and is still at its first list', async () => {
    const names = Array.from({ length: 501 }, (_, index) => `n-${index}`);
    for (const name of names) await cluster.create(secretResource, { metadata: { namespace: 'kube-public', name } });
    let lists = 0;
    kubernetes.setFault(({ verb }) => {
      if (verb === 'list') lists += 1;
      return verb === 'list' && lists === 2 ? { status: 410, reason: 'Expired' } : undefined;
    });

    const kept = watch({ resource: secretResource, namespace: 'kube-public', metadataOnly: true });
    await listed(kept);

    expect(kept.objects.size).toBe(501);
    expect(kept.story.filter((line) => line.startsWith('first-list')).length).toBeGreaterThan(501);
    expect(kept.story).not.toContainEqual(expect.stringMatching(/^relist|^gone/));
  });
});

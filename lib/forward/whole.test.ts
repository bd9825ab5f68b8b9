import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LocalKubernetes, startKubernetes } from '../../infra/local/kubernetes/server.ts';
import { type LocalQueues, startQueues } from '../../infra/local/sqs.ts';
import { createCluster } from '../cluster/client.ts';
import { createStoredCredentials } from '../cluster/credentials.ts';
import { createTransport } from '../cluster/transport.ts';
import { createWatch, defaultTiming } from '../cluster/watch.ts';
import { finalizer } from '../engine/names.ts';
import { type KubernetesObject, secretResource } from '../engine/objects.ts';
import { type ObjectEventData, parseEvent } from '../events/event.ts';
import { createEventSender, queueUrlsOf } from '../events/queues.ts';
import { type Kind, lanes } from '../kinds/define.ts';
import { Sensitive } from '../sensitive.ts';
import { depot, keptLog, plane, shelf, vault, warehouse, warehouseCrds } from './fixture.ts';
import { createForwarder } from './forwarder.ts';
import { createMetrics } from './metrics.ts';

// The whole forwarder between an API server and SQS.

const crds = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};
const clock = { now: () => new Date() };
const queueNames = lanes.map((lane) => `${lane}.fifo`);
const key = (name: string) => ({ namespace: 'default', name });

let kubernetes: LocalKubernetes;
let queues: LocalQueues;
let cluster: ReturnType<typeof createCluster>;
let ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  kubernetes = await startKubernetes();
  queues = await startQueues({ queues: queueNames.map((name) => ({ name, visibilityTimeoutSeconds: 30 })) });
  cluster = createCluster({ name: 'prod', credentials: credentials(), timeoutMs: 10_000 });
  for (const crd of warehouseCrds) await cluster.create(crds, crd);
});
afterEach(async () => {
  await Promise.all(ends.map((end) => end()));
  ends = [];
  await cluster.close();
  await Promise.all([kubernetes.stop(), queues.stop()]);
});

function credentials() {
  return createStoredCredentials({
    load: async () => new Sensitive(kubernetes.kubeconfig()),
    aws: () => Promise.reject(new Error('no AWS here')),
    clock,
  });
}

async function startForwarder() {
  const transport = createTransport({
    cluster: 'prod',
    credentials: credentials(),
    timeoutMs: 10_000,
    userAgent: 'test',
  });
  const sqs = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  const client = new SQSClient({ endpoint: queues.endpoint, region: 'us-east-1', credentials: sqs, maxAttempts: 1 });
  const prefix = String(queues.urls['auth.fifo']).replace(/auth\.fifo$/, '');
  const laneOf = (name: string) => warehouse.find(({ resource }) => resource.kind === name)?.lane;
  const metrics = createMetrics();
  const log = keptLog();
  const forwarder = createForwarder({
    kinds: warehouse,
    cluster: 'prod',
    watch: createWatch(transport, { timing: { ...defaultTiming, backoff: { firstMs: 5, largestMs: 50 } } }),
    sender: createEventSender({ client, queueUrls: queueUrlsOf(prefix), laneOf }),
    clock,
    log,
    metrics,
    backoff: { firstMs: 5, largestMs: 50 },
  });
  const stop = new AbortController();
  const running = forwarder.run(stop.signal);
  const end = async () => {
    stop.abort();
    await running;
    const left = await forwarder.drain(5_000);
    await transport.close();
    client.destroy();
    return left;
  };
  ends.push(end);
  await vi.waitFor(() => expect(forwarder.ready()).toBe(true), 10_000);
  return { forwarder, metrics, log, end };
}

function events(): readonly ObjectEventData[] {
  return queueNames
    .flatMap((name) => queues.messages(name))
    .toSorted((a, b) => a.sentAt - b.sentAt)
    .map(({ body }) => parseEvent(body).data);
}

const brief = () => events().map(({ cause, kind, name }) => `${cause} ${kind}/${name}`);

/** What the functions do once they have programmed an object. */
async function program(kind: Kind, { metadata }: KubernetesObject, id: string): Promise<KubernetesObject> {
  const condition = {
    type: kind.mainCondition,
    status: 'True',
    reason: 'Done',
    message: '',
    lastTransitionTime: clock.now().toISOString(),
    observedGeneration: metadata.generation,
  };
  const status = { id, conditions: [condition] };
  return cluster.patch(kind.resource, key(metadata.name), { status }, { subresource: 'status' });
}

/** True once the newest generation of each object is in a queue. */
async function arrived(kind: Kind): Promise<void> {
  const objects = await cluster.list(kind.resource);
  await vi.waitFor(() => {
    for (const { metadata } of objects) {
      const sent = events().filter((event) => event.uid === metadata.uid);
      expect(Math.max(0, ...sent.map(({ generation }) => generation)), metadata.name).toBe(metadata.generation);
    }
  }, 15_000);
}

describe('a fleet that is built up', () => {
  it('T12 T46 gives an event for each change, wakes who waits, and none for status writes', async () => {
    await startForwarder();
    await cluster.create(shelf.resource, { metadata: key('s'), spec: { depot: 'd' } });
    await vi.waitFor(() => expect(brief()).toEqual(['change Shelf/s']));

    const made = await cluster.create(depot.resource, { metadata: key('d') });
    await vi.waitFor(() => expect(brief().slice(1).toSorted()).toEqual(['change Depot/d', 'dependency Shelf/s']));
    const programmed = await program(depot, made, 'id-1');
    await vi.waitFor(() => expect(brief().slice(3)).toEqual(['dependency Shelf/s']));
    await program(depot, programmed, 'id-1');
    await cluster.patch(depot.resource, key('d'), { metadata: { annotations: { 'example.com/note': 'x' } } });
    await cluster.patch(depot.resource, key('d'), { metadata: { finalizers: ['konnect-reconciler.io/entity'] } });

    await vi.waitFor(() => expect(brief().slice(4)).toEqual(['change Depot/d']));
  });

  it('gives the events of a Secret to who refers to it, and its value to nobody', async () => {
    await startForwarder();
    const data = { token: Buffer.from('hunter2').toString('base64') };
    const { metadata } = await cluster.create(secretResource, { metadata: key('token'), data });
    await cluster.create(secretResource, { metadata: key('unrelated'), data });
    await cluster.create(vault.resource, { metadata: key('v'), spec: { secret: 'token' } });
    await vi.waitFor(() => expect(brief()).toEqual(['change Vault/v']));

    await cluster.patch(secretResource, key('unrelated'), { data: { token: 'YQ==' } });
    const changed = await cluster.patch(secretResource, key('token'), { data: { token: 'YQ==' } });

    await vi.waitFor(() => expect(brief()).toEqual(['change Vault/v', 'dependency Vault/v']));
    expect(events()[1]?.origin).toBe(`${metadata.uid}/${changed.metadata.resourceVersion}`);
    expect(JSON.stringify(queueNames.map((name) => queues.messages(name)))).not.toMatch(/hunter2|aHVudGVyMg|YQ==/);
  });
});

describe('a forwarder that starts', () => {
  it('tells only what is not done', async () => {
    await cluster.create(plane.resource, { metadata: key('done') });
    const done = await cluster.patch(plane.resource, key('done'), { metadata: { finalizers: [finalizer] } });
    await program(plane, done, 'x');
    await cluster.create(plane.resource, { metadata: key('open') });

    const { end } = await startForwarder();
    await vi.waitFor(() => expect(brief()).toEqual(['resync Plane/open']));
    await end();
    await startForwarder();

    // SQS drops the second: it is the same event as long as nothing changed.
    expect(brief()).toEqual(['resync Plane/open']);
  });

  it('beside another one doubles nothing', async () => {
    await startForwarder();
    await startForwarder();
    const { metadata } = await cluster.create(vault.resource, { metadata: key('v') });
    for (let index = 0; index < 30; index += 1) {
      await cluster.create(plane.resource, { metadata: key(`p${index}`), spec: { vault: 'v' } });
    }
    // What both have sent; the second copies are accepted and dropped.
    const accepted = () => queues.calls.reduce((sum, { entries }) => sum + entries, 0);
    await vi.waitFor(() => expect(accepted()).toBe(2 * 31), 10_000);
    expect(brief()).toHaveLength(31);

    await program(vault, await cluster.patch(vault.resource, key('v'), { spec: { size: 1 } }), 'id');

    await vi.waitFor(() => expect(accepted()).toBe(2 * (31 + 1 + 30)), 10_000);
    expect(brief()).toHaveLength(31 + 1 + 30);
    expect(events().filter(({ origin }) => origin?.startsWith(metadata.uid))).toHaveLength(30);
  });
});

describe('an outage', () => {
  it('of the API server, of its watches, of its history loses no change', async () => {
    const { metrics } = await startForwarder();
    const change = async (round: number) => {
      await cluster.create(depot.resource, { metadata: key(`d${round}`) });
      await cluster.patch(depot.resource, key('d0'), { spec: { round } });
    };
    await cluster.create(depot.resource, { metadata: key('d0') });
    await arrived(depot);

    kubernetes.dropWatches();
    await change(1);
    await arrived(depot);

    kubernetes.setFault(({ verb }) => (verb === 'watch' ? { status: 503 } : undefined));
    kubernetes.dropWatches();
    await change(2);
    await cluster.delete(depot.resource, key('d1'));
    kubernetes.expireWatches();
    kubernetes.setFault(undefined);
    await arrived(depot);

    const state = kubernetes.state();
    await kubernetes.stop();
    kubernetes = await startKubernetes({ state });
    await change(3);
    await arrived(depot);

    expect(metrics.text()).toMatch(/watch_restarts_total\{kind="Depot",reason="expired"\} [1-9]/);
    expect(brief().filter((line) => line === 'change Depot/d2')).toHaveLength(1);
  });

  it('of SQS loses nothing and piles up nothing', async () => {
    const { forwarder, metrics } = await startForwarder();
    queues.setFault(() => 'reset');
    const names = Array.from({ length: 20 }, (_, index) => `d${index}`);
    for (const name of [...names, 'gone']) await cluster.create(depot.resource, { metadata: key(name) });
    for (let round = 0; round < 5; round += 1) {
      for (const name of names) await cluster.patch(depot.resource, key(name), { spec: { round } });
    }
    await cluster.delete(depot.resource, key('gone'));
    await vi.waitFor(() => expect(forwarder.ready()).toBe(false));
    const waiting = () => {
      forwarder.report();
      return /outbox_events (\d+)/.exec(metrics.text())?.[1];
    };
    await vi.waitFor(() => expect(waiting()).toBe('20'));

    queues.setFault(undefined);

    await arrived(depot);
    await vi.waitFor(() => expect(forwarder.ready()).toBe(true));
    // The queue has an event before its sender knows so.
    await vi.waitFor(() => expect(waiting()).toBe('0'));
    expect(events()).toHaveLength(20);
  });

  it('of one queue holds up no other', async () => {
    await startForwarder();
    queues.setFault(({ resource }) =>
      resource === 'entity.fifo' ? { status: 400, code: 'AWS.SimpleQueueService.NonExistentQueue' } : undefined,
    );
    for (let index = 0; index < 15; index += 1) await cluster.create(depot.resource, { metadata: key(`d${index}`) });
    await cluster.create(plane.resource, { metadata: key('p') });

    await arrived(plane);

    expect(brief()).toEqual(['change Plane/p']);
    queues.setFault(undefined);
    await arrived(depot);
  });
});

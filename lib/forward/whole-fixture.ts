import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, vi } from 'vitest';
import { type LocalKubernetes, startKubernetes } from '../../infra/local/kubernetes/server.ts';
import { type LocalQueues, startQueues } from '../../infra/local/sqs.ts';
import { clusterOf, crds, credentialsBy, key } from '../cluster/fixture.ts';
import { createTransport } from '../cluster/transport.ts';
import { createWatch, defaultTiming } from '../cluster/watch.ts';
import type { KubernetesObject } from '../engine/objects.ts';
import { type ObjectEventData, parseEvent } from '../events/event.ts';
import { createEventSender, queueUrlsOf } from '../events/queues.ts';
import { type Kind, lanes } from '../kinds/define.ts';
import { keptLog, warehouse, warehouseCrds } from './fixture.ts';
import { createForwarder, type Forwarder } from './forwarder.ts';
import { createMetrics } from './metrics.ts';

export const queueNames = lanes.map((lane) => `${lane}.fifo`);

/** What whole forwarders stand between: an API server and SQS. */
export interface Surroundings extends AsyncDisposable {
  /** A test that stops it puts another one here. */
  kubernetes: LocalKubernetes;
  readonly queues: LocalQueues;
  readonly cluster: ReturnType<typeof clusterOf>;
  /** Starts one, and waits until it is ready. */
  startForwarder(): Promise<Started>;
  /** What is in the queues, in the order in which it was sent. */
  events(): readonly ObjectEventData[];
  /** The same in words. */
  brief(): readonly string[];
  /** Does what the functions do once they have programmed an object. */
  program(kind: Kind, object: KubernetesObject, id: string): Promise<KubernetesObject>;
  /** Waits until the newest generation of each object is in a queue. */
  arrived(kind: Kind): Promise<void>;
}

export interface Started {
  readonly forwarder: Forwarder;
  readonly metrics: ReturnType<typeof createMetrics>;
  end(): Promise<unknown>;
}

export async function startSurroundings(): Promise<Surroundings> {
  const kubernetes = await startKubernetes();
  const queues = await startQueues({ queues: queueNames.map((name) => ({ name, visibilityTimeoutSeconds: 30 })) });
  const cluster = clusterOf(() => around.kubernetes.kubeconfig());
  const ends: (() => Promise<unknown>)[] = [];
  const events = () => eventsIn(queues);
  const around: Surroundings = {
    kubernetes,
    queues,
    cluster,
    async startForwarder() {
      const started = startForwarder(around);
      ends.push(started.end);
      await vi.waitFor(() => expect(started.forwarder.ready()).toBe(true), 10_000);
      return started;
    },
    events,
    brief: () => events().map(({ cause, kind, name }) => `${cause} ${kind}/${name}`),
    program(kind, { metadata }, id) {
      const status = programmed(kind, metadata, id);
      return cluster.patch(kind.resource, key(metadata.name), { status }, { subresource: 'status' });
    },
    arrived: async (kind) => arrived(await cluster.list(kind.resource), events),
    async [Symbol.asyncDispose]() {
      await Promise.all(ends.map((end) => end()));
      await cluster.close();
      await Promise.all([around.kubernetes.stop(), queues.stop()]);
    },
  };
  for (const crd of warehouseCrds) await cluster.create(crds, crd);
  return around;
}

function startForwarder(around: Surroundings): Started {
  const { queues } = around;
  const credentials = credentialsBy(() => around.kubernetes.kubeconfig());
  const transport = createTransport({ cluster: 'prod', credentials, timeoutMs: 10_000, userAgent: 'test' });
  const sqs = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  const client = new SQSClient({ endpoint: queues.endpoint, region: 'us-east-1', credentials: sqs, maxAttempts: 1 });
  const prefix = String(queues.urls['auth.fifo']).replace(/auth\.fifo$/, '');
  const laneOf = (name: string) => warehouse.find(({ resource }) => resource.kind === name)?.lane;
  const metrics = createMetrics();
  const forwarder = createForwarder({
    kinds: warehouse,
    cluster: 'prod',
    watch: createWatch(transport, { timing: { ...defaultTiming, backoff: { firstMs: 5, largestMs: 50 } } }),
    sender: createEventSender({ client, queueUrls: queueUrlsOf(prefix), laneOf }),
    clock: { now: () => new Date() },
    log: keptLog(),
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
  return { forwarder, metrics, end };
}

function eventsIn(queues: LocalQueues): readonly ObjectEventData[] {
  return queueNames
    .flatMap((name) => queues.messages(name))
    .toSorted((a, b) => a.sentAt - b.sentAt)
    .map(({ body }) => parseEvent(body).data);
}

function programmed(kind: Kind, { generation }: KubernetesObject['metadata'], id: string) {
  const condition = {
    type: kind.mainCondition,
    status: 'True',
    reason: 'Done',
    message: '',
    lastTransitionTime: new Date().toISOString(),
    observedGeneration: generation,
  };
  return { id, conditions: [condition] };
}

async function arrived(objects: readonly KubernetesObject[], events: () => readonly ObjectEventData[]): Promise<void> {
  await vi.waitFor(() => {
    for (const { metadata } of objects) {
      const sent = events().filter((event) => event.uid === metadata.uid);
      expect(Math.max(0, ...sent.map(({ generation }) => generation)), metadata.name).toBe(metadata.generation);
    }
  }, 15_000);
}

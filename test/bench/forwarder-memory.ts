import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster } from '../../infra/local/cluster.ts';
import { forwarderEnvironment, queueDefinitions } from '../../infra/local/deployment.ts';
import { type ForwarderProcess, startForwarder } from '../../infra/local/forwarder-process.ts';
import type { KubernetesState } from '../../infra/local/kubernetes/server.ts';
import { startKubernetes } from '../../infra/local/kubernetes/server.ts';
import { startQueues } from '../../infra/local/sqs.ts';
import { finalizer } from '../../lib/engine/names.ts';
import type { Kind } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { namespace } from './calls.ts';
import type { Figure } from './figure.ts';
import { documents } from './story.ts';

const size = 10_000;
const limitMs = 60_000;
const bundle = join(import.meta.dirname, '../../dist/forwarder/index.mjs');
const credentials = { accessKeyId: 'AKIALOCALBENCHONLY', secretAccessKey: 'signs-nothing-else' };
const region = 'us-east-1';

/** What the forwarder of a large cluster holds, all objects done and all looked at; none where there is no /proc. */
export async function forwarderMemory(): Promise<readonly Figure[]> {
  if (process.platform !== 'linux') return [];
  await using queues = await startQueues({ region, credentials, queues: queueDefinitions(360) });
  const state = await crowded();
  await using kubernetes = await startKubernetes({ state });
  const forwarder = await startForwarder({
    bundle,
    kubeconfig: kubernetes.kubeconfig(),
    environment: { ...forwarderEnvironment(queues, credentials, region), LOG_LEVEL: 'INFO' },
  });
  try {
    await untilAllSeen(forwarder);
    const value = await residentBytes(forwarder.pid);
    return [{ what: `forwarder: memory with ${size} objects`, value, unit: 'bytes' }];
  } finally {
    await forwarder.stop();
  }
}

/** A cluster with one finished control plane, copied in its store: creating them one by one would take minutes. */
async function crowded(): Promise<KubernetesState> {
  const kind = kinds.find(({ lane }) => lane === 'control-plane');
  const cluster = await startCluster({});
  try {
    const document = documents.find((one) => one['kind'] === kind?.resource.kind);
    const [made] = await cluster.admin.apply(JSON.stringify(document));
    if (kind === undefined || made === undefined || cluster.kubernetes === undefined)
      throw new Error('no control plane was made');
    const condition = {
      type: kind.mainCondition,
      status: 'True',
      observedGeneration: 1,
      reason: kind.mainCondition,
      message: '',
    };
    const conditions = [{ ...condition, lastTransitionTime: '2026-01-01T00:00:00Z' }];
    const { name } = made.metadata;
    await cluster.admin.patch(
      kind.resource,
      { namespace, name },
      { status: { conditions } },
      { subresource: 'status' },
    );
    return copied(cluster.kubernetes.state(), kind);
  } finally {
    await cluster.admin.close();
    await cluster.kubernetes?.stop();
  }
}

function copied(state: KubernetesState, { resource }: Kind): KubernetesState {
  const collection = `${resource.plural}.${resource.group}`;
  const [original] = state.store.collections[collection] ?? [];
  if (original === undefined) throw new Error(`the store holds no ${collection}: see infra/local/kubernetes/store`);
  const { revision } = state.store;
  const objects = Array.from({ length: size }, (_, number) => {
    const name = `plane-${String(number).padStart(5, '0')}`;
    const metadata = {
      ...original.object.metadata,
      name,
      finalizers: [finalizer],
      uid: crypto.randomUUID(),
      resourceVersion: String(revision + number),
    };
    return { key: `${namespace}/${name}`, object: { ...original.object, metadata } };
  });
  const store = { revision: revision + size, collections: { ...state.store.collections, [collection]: objects } };
  // Its port may be taken by now.
  return { ...state, port: 0, store };
}

async function untilAllSeen({ url }: ForwarderProcess): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (/_forwarder_ready 1$/m.test(text) && new RegExp(`_forwarder_objects\\{.*\\} ${size}$`, 'm').test(text)) return;
    if (Date.now() > deadline)
      throw new Error(`the forwarder did not see ${size} objects in ${limitMs / 1000} s:\n${text}`);
    await delay(50);
  }
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

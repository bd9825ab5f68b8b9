import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { parseEvent } from '../../lib/events/event.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { createAdmin } from '../local/admin.ts';
import { ownCrds } from '../local/cluster.ts';
import { forwarderUser as user } from '../local/deployment.ts';
import { type ForwarderProcess, startForwarder } from '../local/forwarder-process.ts';
import { type LocalKubernetes, startKubernetes } from '../local/kubernetes/server.ts';
import { type LocalQueues, startQueues } from '../local/sqs.ts';

// The process as it is shipped, started from its source, with the kinds and the rights that it has in a cluster.

const root = join(import.meta.dirname, '..', '..');
const queueNames = lanes.map((lane) => `${lane}.fifo`);

let kubernetes: LocalKubernetes;
let queues: LocalQueues;
let admin: ReturnType<typeof createAdmin>;
let forwarder: ForwarderProcess | undefined;

beforeEach(async () => {
  kubernetes = await startKubernetes({ users: [{ name: user, token: 'forwarder-token' }] });
  queues = await startQueues({ queues: queueNames.map((name) => ({ name, visibilityTimeoutSeconds: 30 })) });
  admin = createAdmin(kubernetes.kubeconfig());
});
afterEach(async () => {
  await forwarder?.kill();
  forwarder = undefined;
  await admin.close();
  await Promise.all([kubernetes.stop(), queues.stop()]);
});

async function start(more: Record<string, string> = {}): Promise<ForwarderProcess> {
  forwarder = await startForwarder({
    bundle: join(root, 'infra', 'cluster', 'forwarder.ts'),
    kubeconfig: kubernetes.kubeconfig(user),
    environment: {
      CLUSTER_NAME: 'prod',
      QUEUE_URL_PREFIX: String(queues.urls['auth.fifo']).replace(/auth\.fifo$/, ''),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKID',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_SQS: queues.endpoint,
      ...more,
    },
  });
  return forwarder;
}

const status = async (path: string) => (await fetch(`${forwarder?.url}${path}`)).status;
const ready = () => vi.waitFor(async () => expect(await status('/readyz')).toBe(200), 20_000);
const messages = () => queueNames.flatMap((name) => queues.messages(name)).map(({ body }) => parseEvent(body));

/** Applies what the examples of all kinds hold, each object once; gives how many of them are of our kinds. */
async function applyExamples(): Promise<number> {
  const folder = join(root, 'lib', 'kinds');
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('example.yaml'));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const objects = new Map(
    texts
      .flatMap((text) => parseAllDocuments(text).map((document) => document.toJSON()))
      .map((object) => [`${object.kind}/${object.metadata.name}`, object]),
  );
  for (const object of objects.values()) await admin.apply(stringify(object));
  const ours = new Set(kinds.map(({ resource }) => resource.kind));
  return [...objects.values()].filter(({ kind }) => ours.has(kind)).length;
}

describe('the process', () => {
  beforeEach(async () => {
    for (const crd of await ownCrds()) await admin.apply(crd);
    for (const file of ['rbac.gen.yaml', 'bindings.gen.yaml']) {
      await admin.apply(await readFile(join(root, 'infra', 'cluster', 'base', file), 'utf8'));
    }
  });

  it('is ready with nothing but its own rights, sends an event for every object, and says so', async () => {
    await start();
    await ready();

    const count = await applyExamples();

    await vi.waitFor(() => {
      const changed = messages().filter(({ data }) => data.cause === 'change');
      expect(new Set(changed.map(({ data }) => data.uid)).size).toBe(count);
    }, 10_000);
    const metrics = await (await fetch(`${forwarder?.url}/metrics`)).text();
    expect(metrics).toMatch(/^konnect_reconciler_forwarder_events_sent_total\{cause="change",kind="\w+"\} [1-9]/m);
    expect(metrics).toContain('konnect_reconciler_forwarder_ready 1');
    // What users of our objects are of need not be served here.
    const optional = new Set(kinds.flatMap((kind) => (kind.users ?? []).map(({ resource }) => resource.plural)));
    const sent = kubernetes.requests.filter(
      (request) =>
        request.user === user && request.status >= 400 && !(request.status === 404 && optional.has(request.resource)),
    );
    expect(sent).toEqual([]);
  });

  it('ends with 0 at SIGTERM, after it has sent what it still had', async () => {
    const running = await start({ DRAIN_SECONDS: '20' });
    await ready();
    queues.setFault(() => 'reset');
    const count = await applyExamples();
    await vi.waitFor(async () => expect(await status('/readyz')).toBe(503), 20_000);
    expect(await status('/healthz')).toBe(200);

    const ended = running.stop();
    await vi.waitFor(() => expect(running.lines.some((line) => line.includes('forwarder stops'))).toBe(true), 5_000);
    queues.setFault(undefined);
    await ended;

    expect(await running.ended).toBe(0);
    expect(new Set(messages().map(({ data }) => data.uid)).size).toBe(count);
    expect(JSON.parse(running.lines.at(-1) ?? '')).toMatchObject({ message: 'forwarder stopped', events: 0 });
  });

  it('ends with 0 also where SQS stays away, and says what is left', async () => {
    const running = await start({ DRAIN_SECONDS: '1' });
    await ready();
    queues.setFault(() => 'reset');
    await applyExamples();
    await vi.waitFor(async () => expect(await status('/readyz')).toBe(503), 20_000);

    await running.stop();

    expect(await running.ended).toBe(0);
    expect(running.lines.at(-2)).toMatch(/"events were not sent before the end/);
  });

  it('logs JSON alone, and no token', async () => {
    const running = await start();
    await ready();
    kubernetes.dropWatches();
    queues.setFault(() => ({ status: 403, code: 'AccessDenied' }));
    await applyExamples();
    await vi.waitFor(
      () => expect(running.lines.some((line) => line.includes('queue refuses events'))).toBe(true),
      20_000,
    );

    for (const line of running.lines) expect(JSON.parse(line)).toMatchObject({ message: expect.any(String) });
    expect(running.lines.join('\n')).not.toMatch(/forwarder-token|BEGIN|AWS_SECRET/);
  });
});

describe('the process ends with 1 and one clear line', () => {
  it.each<{ reason: string; more: Record<string, string>; says: RegExp }>([
    {
      reason: 'a wrong variable',
      more: { CLUSTER_NAME: 'a/b' },
      says: /environment variables are wrong: CLUSTER_NAME/,
    },
    { reason: 'a misspelled one', more: { QUEUE_URL_ENTITIES: 'x' }, says: /QUEUE_URL_ENTITIES names no lane/ },
  ])('where the configuration has $reason', async ({ more, says }) => {
    const failed = await start(more).catch((error: unknown) => String(error));

    expect(failed).toMatch(says);
    expect(String(failed).split('\n')).toHaveLength(2);
  });

  it.each([
    { reason: 'is not there', kubeconfig: '' },
    { reason: 'needs a program', kubeconfig: 'exec' },
  ])('where the access to the cluster $reason', async ({ kubeconfig }) => {
    const text = kubernetes.kubeconfig(user).replace(/token: .*/, 'exec: { command: aws }');
    const failed = await startForwarder({
      bundle: join(root, 'infra', 'cluster', 'forwarder.ts'),
      kubeconfig: kubeconfig === '' ? '' : text,
      environment: { CLUSTER_NAME: 'prod', QUEUE_URL_PREFIX: 'http://127.0.0.1:1/', AWS_REGION: 'us-east-1' },
    }).catch((error: unknown) => String(error));

    expect(failed).toMatch(/"name":"Terminal","message":"kubeconfig refused: /);
    expect(String(failed).split('\n')).toHaveLength(2);
  });
});

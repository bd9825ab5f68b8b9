import type { SQSClient } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';
import { settings } from '../../infra/aws/settings.ts';
import { accountId, embeddedIn, region, startAws } from '../../infra/local/aws.ts';
import { startCluster } from '../../infra/local/cluster.ts';
import {
  clusterName,
  forwarderUser,
  functionDefinitions,
  functionName,
  queueName,
} from '../../infra/local/deployment.ts';
import { startKonnect } from '../../infra/local/konnect/server.ts';
import { environmentOf } from '../../infra/local/lambda/definition.ts';
import { registerCluster } from '../../infra/local/registration.ts';
import { type Stack, storyOrganization, storyToken } from '../../infra/local/stack.ts';
import { createStoredCredentials } from '../../lib/cluster/credentials.ts';
import { createTransport } from '../../lib/cluster/transport.ts';
import { createWatch } from '../../lib/cluster/watch.ts';
import { readConfig } from '../../lib/config.ts';
import type { Log } from '../../lib/engine/ports.ts';
import { createEventSender } from '../../lib/events/queues.ts';
import { createSqsClient } from '../../lib/events/sqs-client.ts';
import { createForwarder } from '../../lib/forward/forwarder.ts';
import { createMetrics } from '../../lib/forward/metrics.ts';
import { type Lane, lanes } from '../../lib/kinds/define.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { reconcileFunction } from '../../lib/reconcile-function.ts';
import { laneOf } from '../../lib/registry.ts';
import { Sensitive } from '../../lib/sensitive.ts';
import { controllersOfLanes } from '../../lib/whole-registry.ts';
import { type Container, run } from './virtual-run.ts';

/** The whole system in this process, on a clock that stands still unless it is told to go on. */
export interface VirtualStack extends AsyncDisposable, Pick<Stack, 'admin' | 'konnect' | 'queues'> {
  /**
   * Lets the functions work off their queues, as many at once as are deployed, until the queues are empty and `end` holds.
   * What waits for a later try lets the time go on to it.
   */
  run(end: () => Promise<boolean>): Promise<void>;
  /** The same, until a moment. */
  runUntil(moment: number): Promise<void>;
}

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Starts it. Work takes no time but what a test lets pass, and a container that works is taken for busy until then: so a rate
 * is that of the functions that are deployed, and not that of this machine.
 */
export async function startVirtualStack(): Promise<VirtualStack> {
  const running = new AsyncDisposableStack();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  running.defer(() => void vi.useRealTimers());
  running.defer(() => void vi.unstubAllEnvs());
  const organizations = [{ ...storyOrganization, tokens: [storyToken] }];
  const konnect = running.use(await startKonnect({ organizations }));
  const visibilityTimeoutSeconds = settings.queue.visibilityTimeoutSeconds;
  const aws = await startAws({ given: undefined, authorize: undefined, visibilityTimeoutSeconds }, running);
  const { queues, secrets } = embeddedIn(aws);
  const credentials = aws.keys.administrator;
  const { kubernetes, admin, kubeconfigOf } = await startCluster({});
  running.defer(async () => kubernetes?.stop());
  running.defer(() => admin.close());
  await registerCluster({ region, endpoint: secrets.url, credentials }, kubeconfigOf);

  const around = { queues, konnectURL: konnect.url, bundles: '', timeoutSeconds: settings.functionTimeoutSeconds };
  const endpoints = { SQS: queues.endpoint, SECRETS_MANAGER: secrets.url };
  const account = { credentials, region, accountId, endpoints };
  const names = { logGroupName: '', logStreamName: '', taskRoot: '' };
  const containers = lanes.flatMap((lane): readonly Container[] => {
    const definition = functionDefinitions(around).find(({ name }) => name === functionName(lane));
    if (definition === undefined) throw new Error(`no function serves the lane ${lane}`);
    const environment = { ...environmentOf(definition, account, names), LOG_LEVEL: 'ERROR' };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
    const config = readConfig(process.env);
    return Array.from({ length: settings.maximumConcurrency }, () => ({
      lane,
      handler: reconcileFunction(lane, controllersOfLanes[lane], config) as Container['handler'],
      busyUntil: 0,
    }));
  });
  const client = createSqsClient();
  running.defer(() => client.destroy());
  startForwarder(kubeconfigOf(forwarderUser), queues, client, running);
  return {
    admin,
    konnect,
    queues,
    run: (end) => run(containers, { client, queues }, end, Number.POSITIVE_INFINITY),
    runUntil: (moment) => run(containers, { client, queues }, async () => false, moment),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function startForwarder(
  kubeconfig: string,
  queues: Stack['queues'],
  client: SQSClient,
  running: AsyncDisposableStack,
): void {
  const clock = { now: () => new Date() };
  const aws = () => Promise.reject(new Error('a kubeconfig needs no AWS keys'));
  const clusterAccess = createStoredCredentials({ load: async () => new Sensitive(kubeconfig), aws, clock });
  const transport = createTransport({
    cluster: clusterName,
    credentials: clusterAccess,
    timeoutMs: 30_000,
    userAgent: 'forwarder',
  });
  running.defer(() => transport.close());
  const queueUrls = Object.fromEntries(lanes.map((lane) => [lane, queues.urls[queueName(lane)] ?? ''])) as Record<
    Lane,
    string
  >;
  const forwarder = createForwarder({
    kinds,
    cluster: clusterName,
    watch: createWatch(transport),
    sender: createEventSender({ client, queueUrls, laneOf }),
    clock,
    log: silent,
    metrics: createMetrics(),
  });
  const stopping = new AbortController();
  const ended = forwarder.run(stopping.signal);
  running.defer(async () => {
    stopping.abort();
    await ended;
    await forwarder.drain(1_000);
  });
}

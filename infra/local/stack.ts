import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { queueUrlVariable } from '../../lib/config.ts';
import { type Lane, lanes } from '../../lib/kinds/define.ts';
import { type Admin, createAdmin } from './admin.ts';
import { type ForwarderProcess, startForwarder } from './forwarder-process.ts';
import { type KonnectOptions, type LocalKonnect, startKonnect } from './konnect/server.ts';
import { type KubernetesOptions, type LocalKubernetes, startKubernetes } from './kubernetes/server.ts';
import { type LocalFunctions, startFunctions } from './lambda/functions.ts';
import type { LogLine } from './lambda/log.ts';
import { type LocalSecretsManager, startSecretsManager } from './secrets-manager/server.ts';
import { type LocalQueues, startQueues } from './sqs.ts';

const root = join(import.meta.dirname, '..', '..');

/** The key pair of the local AWS: it opens nothing else, and every signature is checked against it. */
const credentials = { accessKeyId: 'AKIALOCALSTACKONLY', secretAccessKey: randomBytes(20).toString('hex') };
const region = 'us-east-1';

export const clusterName = 'local';
export const tokenSecretPrefix = 'konnect-reconciler';
const clusterSecretPrefix = 'konnect-reconciler-clusters';

/** The token in the story's manifest: the local Konnect knows it. */
export const storyToken = `kpat_${'x'.repeat(41)}`;
export const storyOrganization = { id: '5ca26716-02f7-4430-9117-1d1a7a2695e7', name: 'Demo' };

export interface StackOptions {
  readonly konnect?: KonnectOptions;
  readonly kubernetes?: KubernetesOptions;
  /** An API server that runs already: its administrator's kubeconfig. No embedded one is started then. */
  readonly kubeconfig?: string;
  /** CRDs to install, as YAML; ours unless given. An empty list where they are installed already. */
  readonly crds?: readonly string[];
  readonly functionTimeoutSeconds?: number;
  /** How long a message of a function that died stays hidden; 6 × the function's timeout unless given. */
  readonly visibilityTimeoutSeconds?: number;
  /** False: no forwarder is started; see `startForwarder`. */
  readonly forwarder?: boolean;
  readonly onLog?: (line: LogLine) => void;
  readonly onProgress?: (step: string) => void;
}

/** The whole system on this machine: the built functions and forwarder, and what stands in for the world around them. */
export interface Stack extends AsyncDisposable {
  /** Absent where an API server that runs already is used. */
  readonly kubernetes?: LocalKubernetes;
  readonly kubeconfig: string;
  readonly admin: Admin;
  readonly konnect: LocalKonnect;
  readonly secrets: LocalSecretsManager;
  readonly queues: LocalQueues;
  readonly functions: LocalFunctions;
  forwarder: ForwarderProcess | undefined;
  /** Starts the forwarder anew, after `forwarder.kill()`. */
  restartForwarder(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything on free ports of the loopback interface; needs the bundles that `npm run build` makes. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const running = new AsyncDisposableStack();
  try {
    return await start(options, running);
  } catch (error) {
    await running.disposeAsync();
    throw error;
  }
}

async function start(options: StackOptions, running: AsyncDisposableStack): Promise<Stack> {
  const progress = options.onProgress ?? (() => undefined);
  progress('Konnect');
  const konnect = running.use(await startKonnect({ ...defaultKonnect, ...options.konnect }));
  progress('Secrets Manager and SQS');
  const secrets = running.use(await startSecretsManager({ region, credentials }));
  const timeoutSeconds = options.functionTimeoutSeconds ?? 60;
  const visibility = options.visibilityTimeoutSeconds ?? timeoutSeconds * 6;
  const queues = running.use(await startQueues({ region, credentials, queues: queueDefinitions(visibility) }));
  progress('Kubernetes API');
  const users = [...lanes.map(functionUser), forwarderUser].map((name) => ({
    name,
    token: randomBytes(24).toString('hex'),
  }));
  const kubernetes =
    options.kubeconfig === undefined ? running.use(await startKubernetes({ users, ...options.kubernetes })) : undefined;
  const kubeconfig = options.kubeconfig ?? kubernetes?.kubeconfig() ?? '';
  const admin = createAdmin(kubeconfig);
  running.defer(() => admin.close());
  for (const crd of options.crds ?? (await ownCrds())) await admin.apply(crd);
  await admin.apply(await readFile(join(root, 'infra', 'cluster', 'rbac.gen.yaml'), 'utf8'));
  for (const user of users) await admin.apply(binding(user.name));
  // Each function has its own identity in the cluster; at a foreign API server all are its administrator.
  const kubeconfigOf = (user: string): string => kubernetes?.kubeconfig(user) ?? kubeconfig;
  for (const lane of lanes) await storeAccess(secrets, lane, kubeconfigOf(functionUser(lane)));
  progress('functions');
  const functions = running.use(
    await startFunctions({
      functions: lanes.map((lane) => functionDefinition(lane, { queues, konnect, timeoutSeconds })),
      credentials,
      region,
      endpoints: { SQS: queues.endpoint, SECRETS_MANAGER: secrets.url },
      ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
    }),
  );
  const launch = (): Promise<ForwarderProcess> =>
    startForwarder({
      bundle: join(root, 'dist', 'forwarder', 'index.mjs'),
      kubeconfig: kubeconfigOf(forwarderUser),
      environment: { CLUSTER_NAME: clusterName, ...queueUrls(queues), ...awsEnvironment(queues) },
    });
  const stack: Stack = {
    ...(kubernetes === undefined ? {} : { kubernetes }),
    kubeconfig,
    admin,
    konnect,
    secrets,
    queues,
    functions,
    forwarder: undefined,
    async restartForwarder() {
      await stack.forwarder?.stop();
      stack.forwarder = await launch();
    },
    stop: () => running.disposeAsync(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
  running.defer(async () => stack.forwarder?.stop());
  if (options.forwarder !== false) {
    progress('forwarder');
    stack.forwarder = await launch();
  }
  return stack;
}

const defaultKonnect: KonnectOptions = { organizations: [{ ...storyOrganization, tokens: [storyToken] }] };

const forwarderUser = 'konnect-reconciler-forwarder';
const functionUser = (lane: Lane): string => `konnect-reconciler-${lane}`;
const queueName = (lane: Lane): string => `${lane}.fifo`;
const deadLetterQueueName = (lane: Lane): string => `${lane}-dead.fifo`;

function queueDefinitions(visibilityTimeoutSeconds: number) {
  return lanes.map((lane) => ({
    name: queueName(lane),
    visibilityTimeoutSeconds,
    maxReceiveCount: 12,
    deadLetter: deadLetterQueueName(lane),
  }));
}

function queueUrls(queues: LocalQueues): Record<string, string> {
  return Object.fromEntries(lanes.map((lane) => [queueUrlVariable(lane), queues.urls[queueName(lane)] ?? '']));
}

function awsEnvironment(queues: LocalQueues): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
  };
}

function functionDefinition(
  lane: Lane,
  { queues, konnect, timeoutSeconds }: { queues: LocalQueues; konnect: LocalKonnect; timeoutSeconds: number },
) {
  const name = `reconcile-${lane}`;
  return {
    name,
    bundle: join(root, 'dist', 'functions', name, 'index.mjs'),
    handler: 'handler',
    timeoutSeconds,
    memoryMb: 256,
    maximumConcurrency: 4,
    environment: {
      ...queueUrls(queues),
      DEAD_LETTER_QUEUE_URL: queues.urls[deadLetterQueueName(lane)] ?? '',
      TOKEN_SECRET_PREFIX: tokenSecretPrefix,
      CLUSTER_SECRET_PREFIX: `${clusterSecretPrefix}/${lane}`,
      KONNECT_ENDPOINT_URL: konnect.url,
      LOG_LEVEL: 'DEBUG',
    },
    eventSource: {
      queueUrl: queues.urls[queueName(lane)] ?? '',
      endpoint: queues.endpoint,
      batchSize: 10,
      reportBatchItemFailures: true,
    },
  };
}

async function ownCrds(): Promise<readonly string[]> {
  const folder = join(root, 'infra', 'cluster', 'crds');
  return Promise.all((await readdir(folder)).sort().map((file) => readFile(join(folder, file), 'utf8')));
}

function binding(user: string): string {
  return JSON.stringify({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: user },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  });
}

async function storeAccess(secrets: LocalSecretsManager, lane: Lane, kubeconfig: string): Promise<void> {
  const { CreateSecretCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient({ region, endpoint: secrets.url, credentials });
  await client.send(
    new CreateSecretCommand({ Name: `${clusterSecretPrefix}/${lane}/${clusterName}`, SecretString: kubeconfig }),
  );
  client.destroy();
}

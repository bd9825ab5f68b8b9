import { settings } from '../aws/settings.ts';
import type { Admin } from './admin.ts';
import { type Aws, embeddedIn, type GivenAws, region, startAws } from './aws.ts';
import type { Authorize } from './aws-access.ts';
import type { Credentials } from './aws-signature.ts';
import { startCluster } from './cluster.ts';
import type { ForwarderProcess } from './forwarder-process.ts';
import { type KonnectOptions, type LocalKonnect, startKonnect } from './konnect/server.ts';
import { type KubernetesOptions, type LocalKubernetes, startKubernetes } from './kubernetes/server.ts';
import { type Product, type ProductOptions, startProduct } from './product.ts';
import { registerCluster } from './registration.ts';
import type { LocalSecretsManager } from './secrets-manager/server.ts';
import type { LocalQueues } from './sqs.ts';

export { clusterName, tokenSecretPrefix } from './deployment.ts';

/** The token in the story's manifest: the local Konnect knows it. */
export const storyToken = `kpat_${'x'.repeat(41)}`;
export const storyOrganization = { id: '5ca26716-02f7-4430-9117-1d1a7a2695e7', name: 'Demo' };

export interface StackOptions extends ProductOptions {
  readonly konnect?: KonnectOptions;
  readonly kubernetes?: KubernetesOptions;
  /** An API server that runs already: its administrator's kubeconfig. No embedded one is started then. */
  readonly kubeconfig?: string;
  /** SQS and Secrets Manager that run already. No embedded ones are started then. */
  readonly aws?: GivenAws;
  /** Asked before each call to the embedded SQS and Secrets Manager; everything is allowed without it. */
  readonly authorize?: Authorize;
  /** CRDs to install, as YAML; ours unless given. An empty list where they are installed already. */
  readonly crds?: readonly string[];
  readonly functionTimeoutSeconds?: number;
  /** How long a message of a function that died stays hidden; 6 × the function's timeout unless given. */
  readonly visibilityTimeoutSeconds?: number;
  /** False: no forwarder is started; see `restartForwarder`. */
  readonly forwarder?: boolean;
  readonly onProgress?: (step: string) => void;
}

/** The whole system on this machine: the built functions and forwarder, and what stands in for the world around them. */
export interface Stack extends AsyncDisposable, Product {
  /** Absent where an API server that runs already is used. Another one after a restart. */
  readonly kubernetes: LocalKubernetes | undefined;
  readonly kubeconfig: string;
  readonly admin: Admin;
  /** Another one after a restart. */
  readonly konnect: LocalKonnect;
  /** The embedded ones only; asking for them is an error where others were given. */
  readonly secrets: LocalSecretsManager;
  readonly queues: LocalQueues;
  readonly forwarder: ForwarderProcess | undefined;
  /** What is to sign requests to SQS, Secrets Manager and Lambda, for whoever plays a person at AWS. */
  readonly aws: { readonly region: string; readonly credentials: Credentials };
  /** Starts the forwarder anew, after `forwarder.kill()`. */
  restartForwarder(): Promise<void>;
  /** Stops the embedded API server; what is returned starts it again, with its objects and on its port. */
  stopKubernetes(): Promise<() => Promise<void>>;
  /** Stops Konnect; what is returned starts it again, with its entities and on its port. */
  stopKonnect(): Promise<() => Promise<void>>;
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

/** What may be replaced while the stack runs. */
interface Parts {
  konnect: LocalKonnect;
  kubernetes: LocalKubernetes | undefined;
  forwarder: ForwarderProcess | undefined;
}

async function start(options: StackOptions, running: AsyncDisposableStack): Promise<Stack> {
  const progress = options.onProgress ?? (() => undefined);
  progress('Konnect');
  const konnect = await startKonnect({ ...defaultKonnect, ...options.konnect });
  const parts: Parts = { konnect, kubernetes: undefined, forwarder: undefined };
  running.defer(() => parts.konnect.stop());
  progress('Secrets Manager and SQS');
  const timeoutSeconds = options.functionTimeoutSeconds ?? settings.functionTimeoutSeconds;
  const visibilityTimeoutSeconds = options.visibilityTimeoutSeconds ?? timeoutSeconds * 6;
  const { authorize, aws: given } = options;
  const aws = await startAws({ given, authorize, visibilityTimeoutSeconds }, running);
  progress('Kubernetes API');
  const { kubernetes, kubeconfig, admin, kubeconfigOf } = await startCluster(options);
  running.defer(() => admin.close());
  parts.kubernetes = kubernetes;
  running.defer(async () => parts.kubernetes?.stop());
  await registerCluster(
    { region, endpoint: aws.secretsManager.url, credentials: aws.keys.administrator },
    kubeconfigOf,
  );
  progress('functions');
  const product = await startProduct(options, { aws, konnectURL: konnect.url, timeoutSeconds, kubeconfigOf }, running);
  running.defer(async () => parts.forwarder?.stop());
  const stack = assemble(parts, { kubeconfig, admin, ...product }, aws, running, options);
  if (options.forwarder !== false) {
    progress('forwarder');
    await stack.restartForwarder();
  }
  return stack;
}

type Given = Pick<StackOptions, 'konnect' | 'kubernetes'>;
type Fixed = Product & Pick<Stack, 'kubeconfig' | 'admin'>;

function assemble(parts: Parts, fixed: Fixed, aws: Aws, running: AsyncDisposableStack, given: Given): Stack {
  const stop = (): Promise<void> => running.disposeAsync();
  return {
    ...fixed,
    aws: { region, credentials: aws.keys.administrator },
    get queues() {
      return embeddedIn(aws).queues;
    },
    get secrets() {
      return embeddedIn(aws).secrets;
    },
    get konnect() {
      return parts.konnect;
    },
    get kubernetes() {
      return parts.kubernetes;
    },
    get forwarder() {
      return parts.forwarder;
    },
    async restartForwarder() {
      await parts.forwarder?.stop();
      parts.forwarder = await fixed.startReplica();
    },
    stopKubernetes: () => stopKubernetes(parts, given),
    stopKonnect: () => stopKonnect(parts, given),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function stopKubernetes(parts: Parts, given: Given): Promise<() => Promise<void>> {
  const { kubernetes } = parts;
  if (kubernetes === undefined) throw new Error('only the embedded API server can be stopped and started again');
  await kubernetes.stop();
  return async () => {
    parts.kubernetes = await startKubernetes({ ...given.kubernetes, state: kubernetes.state() });
  };
}

async function stopKonnect(parts: Parts, given: Given): Promise<() => Promise<void>> {
  const { konnect } = parts;
  await konnect.stop();
  return async () => {
    const port = Number(new URL(konnect.url).port);
    parts.konnect = await startKonnect({ ...given.konnect, state: konnect.state(), port });
  };
}

const defaultKonnect: KonnectOptions = { organizations: [{ ...storyOrganization, tokens: [storyToken] }] };

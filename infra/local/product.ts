import { join } from 'node:path';
import { type Aws, accountId, region } from './aws.ts';
import {
  forwarderEnvironment,
  forwarderUser,
  functionDefinitions,
  type LogLevel,
  shellVariables,
} from './deployment.ts';
import { type ForwarderProcess, startForwarder } from './forwarder-process.ts';
import { type LocalFunctions, startFunctions } from './lambda/functions.ts';
import type { LogLine } from './lambda/log.ts';
import { type LocalLambda, startLambda } from './lambda/server.ts';

const root = join(import.meta.dirname, '..', '..');

export interface ProductOptions {
  /** Folder of the built functions and forwarder; `dist` of the project unless given. */
  readonly bundles?: string;
  /** Of functions and forwarder; DEBUG unless given. */
  readonly logLevel?: LogLevel;
  readonly onLog?: (line: LogLine) => void;
}

/** What the product is put between. */
export interface Around {
  readonly aws: Aws;
  readonly konnectURL: string;
  readonly timeoutSeconds: number;
  kubeconfigOf(user: string): string;
}

/** What is deployed, as it was built: the functions, which run at once, and as many forwarders as are asked for. */
export interface Product {
  readonly functions: LocalFunctions;
  /** Where they can be invoked as at AWS. */
  readonly lambda: LocalLambda;
  /** What the functions are told, for a shell that plays Lambda: `osls invoke local`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Starts one more forwarder beside the others, as a replica is; whoever asks for it stops it. */
  startReplica(environment?: Readonly<Record<string, string>>): Promise<ForwarderProcess>;
}

/** The functions stop with `running`. */
export async function startProduct(
  { bundles = join(root, 'dist'), logLevel = 'DEBUG', onLog }: ProductOptions,
  { aws, konnectURL, timeoutSeconds, kubeconfigOf }: Around,
  running: AsyncDisposableStack,
): Promise<Product> {
  const { sqs: queues, secretsManager: secrets, keys } = aws;
  const credentials = keys.administrator;
  const around = { queues, konnectURL, bundles, timeoutSeconds, logLevel, keys: keys.of };
  const functions = running.use(
    await startFunctions({
      functions: functionDefinitions(around),
      credentials,
      region,
      accountId,
      endpoints: { SQS: queues.endpoint, SECRETS_MANAGER: secrets.url },
      ...(onLog === undefined ? {} : { onLog }),
    }),
  );
  const lambda = running.use(await startLambda({ functions, region, accountId, credentials }));
  const told = forwarderEnvironment(queues, keys.of[forwarderUser] ?? credentials, region, logLevel);
  return {
    functions,
    lambda,
    variables: shellVariables(around),
    startReplica: (more = {}) =>
      startForwarder({
        bundle: join(bundles, 'forwarder', 'index.mjs'),
        kubeconfig: kubeconfigOf(forwarderUser),
        environment: { ...told, ...more },
      }),
  };
}

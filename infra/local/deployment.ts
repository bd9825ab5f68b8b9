import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deadLetterQueueUrlVariable, queueUrlVariable } from '../../lib/config.ts';
import { type Lane, lanes } from '../../lib/kinds/define.ts';
import { type Tool, tools } from '../../lib/tools.ts';
import { settings } from '../aws/settings.ts';
import { containerMiB, heapPercent } from '../generate/install/memory.ts';
import type { Credentials } from './aws-signature.ts';
import type { FunctionDefinition } from './lambda/definition.ts';
import type { LocalQueues, QueueDefinition } from './sqs.ts';

/** What functions need to know of SQS. */
type Queues = Pick<LocalQueues, 'endpoint' | 'urls'>;

/* What the local stack deploys: the queues, the functions and their configuration, named as serverless.yml does for AWS. */

export const stackName = 'konnect-reconciler-local';
export const clusterName = 'local';
export const tokenSecretPrefix = stackName;
/** Each function has access of its own, under a prefix of its own. */
export const clusterSecretPrefix = `${stackName}-clusters`;

export const forwarderUser = 'system:serviceaccount:konnect-reconciler:konnect-reconciler-forwarder';
/** The user that a function is in a cluster, and the group that its rights are those of. */
export const functionUser = (of: Lane | Tool): string => `konnect-reconciler-${of}`;
export const functionName = (lane: Lane): string => `${stackName}-reconcile-${lane}`;
export const toolName = (tool: Tool): string => `${stackName}-${tool}`;
/** The queues of drift checks are named like those of a lane. */
export const queueName = (of: Lane | 'drift'): string => `${stackName}-${of}.fifo`;
export const deadLetterQueueName = (of: Lane | 'drift'): string => `${stackName}-${of}-dead.fifo`;

/** Every queue, dead-letter queues included. */
export const queueNames: readonly string[] = [...lanes, 'drift' as const].flatMap((of) => [
  queueName(of),
  deadLetterQueueName(of),
]);

/** @param laneVisibilitySeconds of the lanes' queues. */
export function queueDefinitions(laneVisibilitySeconds: number): readonly QueueDefinition[] {
  const definition = (of: Lane | 'drift', visibilityTimeoutSeconds: number, maxReceiveCount: number) => ({
    name: queueName(of),
    visibilityTimeoutSeconds,
    maxReceiveCount,
    deadLetter: deadLetterQueueName(of),
  });
  const { visibilityTimeoutSeconds, maxReceiveCount } = settings.driftQueue;
  return [
    ...lanes.map((lane) => definition(lane, laneVisibilitySeconds, settings.queue.maxReceiveCount)),
    definition('drift', visibilityTimeoutSeconds, maxReceiveCount),
  ];
}

export interface FunctionSurroundings {
  readonly queues: Queues;
  readonly konnectURL: string;
  /** Where `functions/<name>/index.mjs` is. */
  readonly bundles: string;
  /** Of the lanes' functions. */
  readonly timeoutSeconds: number;
  /** Key pairs of the functions by their users; those of the account unless given. */
  readonly keys?: Readonly<Record<string, Credentials>>;
  /** DEBUG unless given, so that tests see every line that there can be. */
  readonly logLevel?: LogLevel;
}

export type LogLevel = 'DEBUG' | 'INFO';

/** The functions of all lanes, and the tools that are there. */
export function functionDefinitions(around: FunctionSurroundings): readonly FunctionDefinition[] {
  const isBuilt = (tool: Tool): boolean => existsSync(bundleOf(tool, around));
  return [
    ...lanes.map((lane) => laneFunction(lane, around)),
    ...tools.filter(isBuilt).map((tool) => toolFunction(tool, around)),
  ];
}

function laneFunction(lane: Lane, around: FunctionSurroundings): FunctionDefinition {
  const { queues, timeoutSeconds } = around;
  return {
    name: functionName(lane),
    bundle: bundleOf(`reconcile-${lane}`, around),
    handler: 'handler',
    timeoutSeconds,
    memoryMb: settings.memoryMb,
    maximumConcurrency: settings.maximumConcurrency,
    environment: {
      ...commonVariables(around),
      DEAD_LETTER_QUEUE_URL: queues.urls[deadLetterQueueName(lane)] ?? '',
      CLUSTER_SECRET_PREFIX: `${clusterSecretPrefix}/${lane}`,
    },
    eventSource: eventSource(queues, lane, settings.batchSize),
    ...roleOf(lane, around),
  };
}

function toolFunction(tool: Tool, around: FunctionSurroundings): FunctionDefinition {
  const own = {
    'drift-check': {
      eventSource: eventSource(around.queues, 'drift', 1),
      maximumConcurrency: settings.driftConcurrency,
      variables: driftVariables(around.queues),
    },
    replay: { variables: deadLetterVariables(around.queues) },
  } satisfies Readonly<Record<Tool, unknown>>;
  const { variables, ...others } = own[tool];
  return {
    name: toolName(tool),
    bundle: bundleOf(tool, around),
    handler: 'handler',
    timeoutSeconds: settings.toolTimeoutSeconds,
    memoryMb: settings.memoryMb,
    environment: {
      ...commonVariables(around),
      ...variables,
      CLUSTER_SECRET_PREFIX: `${clusterSecretPrefix}/${tool}`,
    },
    ...roleOf(tool, around),
    ...others,
  };
}

function roleOf(of: Lane | Tool, { keys }: FunctionSurroundings): Pick<FunctionDefinition, 'credentials'> {
  const credentials = keys?.[functionUser(of)];
  return credentials === undefined ? {} : { credentials };
}

/** What a shell needs for `osls invoke local`; see infra/aws/environment.ts. */
export function shellVariables(around: FunctionSurroundings): Readonly<Record<string, string>> {
  return {
    ...commonVariables(around),
    ...deadLetterVariables(around.queues),
    ...driftVariables(around.queues),
    CLUSTER_SECRET_PREFIX: clusterSecretPrefix,
  };
}

export function forwarderEnvironment(
  queues: Queues,
  { accessKeyId, secretAccessKey }: Credentials,
  region: string,
  logLevel: LogLevel = 'DEBUG',
): Readonly<Record<string, string>> {
  return {
    CLUSTER_NAME: clusterName,
    LOG_LEVEL: logLevel,
    ...queueUrls(queues),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    // Of the heap as much as in its container.
    NODE_OPTIONS: `--max-old-space-size=${Math.floor((containerMiB * heapPercent) / 100)}`,
  };
}

function commonVariables({ queues, konnectURL, logLevel = 'DEBUG' }: FunctionSurroundings) {
  return {
    ...queueUrls(queues),
    TOKEN_SECRET_PREFIX: tokenSecretPrefix,
    KONNECT_ENDPOINT_URL: konnectURL,
    LOG_LEVEL: logLevel,
  };
}

function queueUrls(queues: Queues): Readonly<Record<string, string>> {
  return Object.fromEntries(lanes.map((lane) => [queueUrlVariable(lane), queues.urls[queueName(lane)] ?? '']));
}

function deadLetterVariables({ urls }: Queues): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lanes.map((lane) => [deadLetterQueueUrlVariable(lane), urls[deadLetterQueueName(lane)] ?? '']),
  );
}

function driftVariables({ urls }: Queues): Readonly<Record<string, string>> {
  return { QUEUE_URL_DRIFT: urls[queueName('drift')] ?? '' };
}

function eventSource(queues: Queues, of: Lane | 'drift', batchSize: number) {
  const queueUrl = queues.urls[queueName(of)] ?? '';
  return { queueUrl, endpoint: queues.endpoint, batchSize, reportBatchItemFailures: true };
}

function bundleOf(name: string, { bundles }: FunctionSurroundings): string {
  return join(bundles, 'functions', name, 'index.mjs');
}

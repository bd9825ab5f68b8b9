import { join } from 'node:path';
import { queueUrlVariable } from '../../lib/config.ts';
import { type Lane, lanes } from '../../lib/kinds/define.ts';
import { settings } from '../aws/settings.ts';
import type { Credentials } from './aws-signature.ts';
import type { FunctionDefinition } from './lambda/definition.ts';
import type { LocalQueues, QueueDefinition } from './sqs.ts';

/* What the local stack deploys: the queues, the functions and their configuration, as serverless.yml has them for AWS. */

export const clusterName = 'local';
export const tokenSecretPrefix = 'konnect-reconciler';
/** Each function has access of its own, under a prefix of its own. */
export const clusterSecretPrefix = 'konnect-reconciler-clusters';

export const forwarderUser = 'konnect-reconciler-forwarder';
export const functionUser = (lane: Lane): string => `konnect-reconciler-${lane}`;
export const functionName = (lane: Lane): string => `reconcile-${lane}`;
export const queueName = (lane: Lane): string => `${lane}.fifo`;
export const deadLetterQueueName = (lane: Lane): string => `${lane}-dead.fifo`;

export function queueDefinitions(visibilityTimeoutSeconds: number): readonly QueueDefinition[] {
  return lanes.map((lane) => ({
    name: queueName(lane),
    visibilityTimeoutSeconds,
    maxReceiveCount: settings.queue.maxReceiveCount,
    deadLetter: deadLetterQueueName(lane),
  }));
}

export interface FunctionSurroundings {
  readonly queues: LocalQueues;
  readonly konnectURL: string;
  /** Where `functions/<name>/index.mjs` is. */
  readonly bundles: string;
  readonly timeoutSeconds: number;
  /** DEBUG unless given, so that tests see every line that there can be. */
  readonly logLevel?: LogLevel;
}

export type LogLevel = 'DEBUG' | 'INFO';

export function functionDefinition(lane: Lane, around: FunctionSurroundings): FunctionDefinition {
  const { queues, konnectURL, bundles, timeoutSeconds, logLevel = 'DEBUG' } = around;
  const name = functionName(lane);
  return {
    name,
    bundle: join(bundles, 'functions', name, 'index.mjs'),
    handler: 'handler',
    timeoutSeconds,
    memoryMb: settings.memoryMb,
    maximumConcurrency: settings.maximumConcurrency,
    environment: {
      ...queueUrls(queues),
      DEAD_LETTER_QUEUE_URL: queues.urls[deadLetterQueueName(lane)] ?? '',
      TOKEN_SECRET_PREFIX: tokenSecretPrefix,
      CLUSTER_SECRET_PREFIX: `${clusterSecretPrefix}/${lane}`,
      KONNECT_ENDPOINT_URL: konnectURL,
      LOG_LEVEL: logLevel,
    },
    eventSource: {
      queueUrl: queues.urls[queueName(lane)] ?? '',
      endpoint: queues.endpoint,
      batchSize: settings.batchSize,
      reportBatchItemFailures: true,
    },
  };
}

export function forwarderEnvironment(
  queues: LocalQueues,
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
  };
}

function queueUrls(queues: LocalQueues): Readonly<Record<string, string>> {
  return Object.fromEntries(lanes.map((lane) => [queueUrlVariable(lane), queues.urls[queueName(lane)] ?? '']));
}

import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createClusters } from './clusters.ts';
import type { Config } from './config.ts';
import { projectName } from './engine/names.ts';
import type { Clock } from './engine/ports.ts';
import { reconcile } from './engine/reconcile.ts';
import { createReferences } from './engine/references.ts';
import type { Environment } from './engine/run.ts';
import { handleBatch } from './events/batch.ts';
import { createDeadLetters } from './events/dead-letters.ts';
import { createDelay } from './events/delay.ts';
import { createFirstErrors } from './events/first-errors.ts';
import { createEventSender } from './events/queues.ts';
import { createSqsWhenUsed } from './events/sqs-client.ts';
import { createWakeUps } from './events/wake-ups.ts';
import type { Controllers, Lane } from './kinds/define.ts';
import { createKonnect } from './konnect/client.ts';
import { laneOf, registryOf } from './registry.ts';
import { createTelemetry } from './telemetry.ts';
import { createTokens, secretsManagerClient } from './tokens/store.ts';

/** Makes the handler of one lane: everything that lives as long as the container is made here, once. */
export function reconcileFunction(lane: Lane, controllers: Controllers, config: Config) {
  const functionName = `reconcile-${lane}`;
  const telemetry = createTelemetry(functionName, config);
  const clock: Clock = { now: () => new Date() };
  const sqs = createSqsWhenUsed();
  const secrets = secretsManagerClient();
  const sender = createEventSender({ client: sqs, queueUrls: config.queueUrls, laneOf });
  const clusterNamed = createClusters({ client: secrets, prefix: config.clusterSecretPrefix, clock });
  const environment: Environment = {
    registry: registryOf(lane, controllers),
    konnect: createKonnect({
      allowedHosts: config.allowedHosts,
      clock,
      log: telemetry.log,
      userAgent: projectName,
      onCall: telemetry.konnectCall,
      ...(config.konnectEndpointURL === undefined ? {} : { endpointURL: config.konnectEndpointURL }),
    }),
    tokens: createTokens({
      client: secrets,
      prefix: config.tokenSecretPrefix,
      kmsKeyArn: config.tokenKmsKeyArn,
      clock,
    }),
    clock,
    log: telemetry.log,
    allowedHosts: config.allowedHosts,
    wake: createWakeUps({ sender, clock, log: telemetry.log }),
  };
  const ports = {
    deadLetters: createDeadLetters(sqs, config.deadLetterQueueUrl),
    firstErrors: createFirstErrors(),
    functionName,
    clock,
    log: telemetry.log,
    random: Math.random,
    delay: createDelay(sqs, config.queueUrls[lane]),
  };

  async function onRecords({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> {
    const shared = { ...environment, references: createReferences() };
    const failed = await handleBatch(Records, {
      ...ports,
      remaining: () => context.getRemainingTimeInMillis(),
      async reconcile(event) {
        const verdict = await reconcile(shared, clusterNamed(event.cluster), event);
        telemetry.log.info('reconciled', { subject: event, verdict: verdict.is });
        telemetry.verdict(event.kind, verdict);
        return verdict;
      },
    });
    telemetry.flush();
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  }

  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(telemetry.logger))
    .use(logMetrics(telemetry.metrics))
    .handler(onRecords);
}

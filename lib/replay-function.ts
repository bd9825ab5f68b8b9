import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { createClusters, registeredClusters } from './clusters.ts';
import type { ReplayConfig } from './config.ts';
import { createDeadLetterQueue, type DeadLetterQueue } from './dead-letters/queue.ts';
import type { Clock } from './engine/ports.ts';
import { createBacklog } from './events/backlog.ts';
import { createEventSender } from './events/queues.ts';
import { createSqsClient } from './events/sqs-client.ts';
import { type Lane, lanes } from './kinds/define.ts';
import { kinds } from './kinds/registry.gen.ts';
import { laneOf } from './registry.ts';
import { parseReplay } from './replay/parse.ts';
import { replay } from './replay/replay.ts';
import type { ReplayAnswer } from './replay/request.ts';
import type { ReplayPorts } from './replay/run.ts';
import { createTelemetry } from './telemetry.ts';
import { secretsManagerClient } from './tokens/store.ts';

/** Makes the handler of replay: everything that lives as long as the container is made here, once. */
export function replayFunction(config: ReplayConfig) {
  const { log, logger } = createTelemetry('replay', config);
  const clock: Clock = { now: () => new Date() };
  const sqs = createSqsClient();
  const secrets = secretsManagerClient();
  const prefix = config.clusterSecretPrefix;
  const ports: Omit<ReplayPorts, 'remaining'> = {
    kinds,
    clusters: () => registeredClusters(secrets, prefix),
    cluster: createClusters({ client: secrets, prefix, clock }),
    events: createEventSender({ client: sqs, queueUrls: config.queueUrls, laneOf }),
    backlog: createBacklog(sqs, config.queueUrls),
    deadLetters: deadLetterQueues(sqs, config.deadLetterQueueUrls),
    pause: (milliseconds) => delay(milliseconds),
    clock,
    newId: randomUUID,
  };

  async function onRequest(input: unknown, context: Context): Promise<ReplayAnswer> {
    const request = parseReplay(input, kinds);
    const answer = await replay(request, { ...ports, remaining: () => context.getRemainingTimeInMillis() });
    const { run, dryRun, events, problems, next } = answer;
    log.info('replayed', { run, dryRun, request, events, next });
    if (problems.length > 0) log.warn('replay had problems', { run, problems });
    return answer;
  }

  return middy<unknown, ReplayAnswer>().use(injectLambdaContext(logger)).handler(onRequest);
}

function deadLetterQueues(
  client: SQSClient,
  urls: Readonly<Record<Lane, string>>,
): Readonly<Record<Lane, DeadLetterQueue>> {
  const entries = lanes.map((lane) => [lane, createDeadLetterQueue(client, urls[lane])] as const);
  return Object.fromEntries(entries) as Record<Lane, DeadLetterQueue>;
}

import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createClusters, registeredClusters } from './clusters.ts';
import type { DriftConfig } from './config.ts';
import { check } from './drift/check.ts';
import type { DriftPorts } from './drift/context.ts';
import { parseRequest } from './drift/parse.ts';
import { startRun } from './drift/plan.ts';
import { createTaskQueue } from './drift/queue.ts';
import type { DriftAnswer, DriftReport } from './drift/report.ts';
import { parseTask } from './drift/task.ts';
import { projectName } from './engine/names.ts';
import { isRecord } from './engine/objects.ts';
import type { Clock } from './engine/ports.ts';
import { objectEvent } from './events/event.ts';
import { createEventSender } from './events/queues.ts';
import { createSqsWhenUsed } from './events/sqs-client.ts';
import { createKonnect } from './konnect/client.ts';
import { laneOf } from './registry.ts';
import { createTelemetry } from './telemetry.ts';
import { createTokens, secretsManagerClient } from './tokens/store.ts';
import { wholeRegistry } from './whole-registry.ts';

/** Makes the handler of drift-check: everything that lives as long as the container is made here, once. */
export function driftFunction(config: DriftConfig) {
  const telemetry = createTelemetry('drift-check', config);
  const { log } = telemetry;
  const clock: Clock = { now: () => new Date() };
  const sqs = createSqsWhenUsed();
  const secrets = secretsManagerClient();
  const events = createEventSender({ client: sqs, queueUrls: config.queueUrls, laneOf });
  const queue = createTaskQueue(sqs, config.driftQueueUrl);
  let calls = 0;
  const konnect = createKonnect({
    allowedHosts: config.allowedHosts,
    clock,
    log,
    userAgent: projectName,
    onCall(report) {
      calls += 1;
      telemetry.konnectCall(report);
    },
    ...(config.konnectEndpointURL === undefined ? {} : { endpointURL: config.konnectEndpointURL }),
  });
  const ports: Omit<DriftPorts, 'remaining'> = {
    registry: wholeRegistry,
    konnect,
    tokens: createTokens({
      client: secrets,
      prefix: config.tokenSecretPrefix,
      kmsKeyArn: config.tokenKmsKeyArn,
      clock,
    }),
    clock,
    log,
    allowedHosts: config.allowedHosts,
    clusters: () => registeredClusters(secrets, config.clusterSecretPrefix),
    clusterNamed: createClusters({ client: secrets, prefix: config.clusterSecretPrefix, clock }),
    konnectCalls: () => calls,
    async send(data) {
      const { problems } = await events.send(data.map((one) => objectEvent(one, clock.now())));
      return problems.map(({ event, code, message }) => `no event was sent for ${event.subject}: ${code} ${message}`);
    },
  };

  async function onEvent(input: unknown, context: Context): Promise<DriftAnswer | SQSBatchResponse> {
    const own = { ...ports, remaining: () => context.getRemainingTimeInMillis() };
    if (isFromQueue(input)) return onRecords(input, own);
    const answer = await startRun(parseRequest(input), own, queue);
    log.info('drift check planned', { run: answer.run, request: input, queued: answer.queued });
    if (answer.report !== undefined) tell(answer.report);
    return answer;
  }

  async function onRecords({ Records }: SQSEvent, own: DriftPorts): Promise<SQSBatchResponse> {
    const failed: string[] = [];
    for (const { body, messageId } of Records) {
      try {
        const { report, rest } = await check(parseTask(body), own);
        if (rest !== undefined) await queue.put([rest]);
        tell(report);
      } catch (error) {
        // It comes back once, and then it is a dead letter. The next run does not wait for it, and looks at everything again.
        log.error('part of a drift check failed', { messageId, error });
        failed.push(messageId);
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  }

  /** One line for each finding, so that a log can be searched for an object, and one for the whole. */
  function tell(report: DriftReport): void {
    const { findings, problems, ...summary } = report;
    for (const finding of findings) log.warn('drift found', { run: report.run, finding });
    for (const problem of problems) log.error('drift check incomplete', { run: report.run, problem });
    log.info('drift checked', { ...summary, problems: problems.length });
    telemetry.drift(report);
  }

  return middy<unknown, DriftAnswer | SQSBatchResponse>()
    .use(injectLambdaContext(telemetry.logger))
    .use(logMetrics(telemetry.metrics))
    .handler(onEvent);
}

function isFromQueue(input: unknown): input is SQSEvent {
  return isRecord(input) && Array.isArray(input['Records']);
}

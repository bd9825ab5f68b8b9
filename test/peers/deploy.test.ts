import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { applyAndWait } from '../../infra/local/demo/story.ts';
import { queueNames, stackName } from '../../infra/local/deployment.ts';
import { type Stack, startStack, storyToken } from '../../infra/local/stack.ts';
import type { DriftAnswer } from '../../lib/drift/report.ts';
import { invoke } from '../journey/invoke.ts';
import { copyOfProject, functionNames } from '../package/osls.ts';
import { packageFunctions } from '../package/packaged.ts';
import { credentials, type Moto, region, startMoto } from './moto.ts';
import { until } from './until.ts';

/* The template as `osls deploy` brings it to an AWS that is not ours, and the story and a drift check on the queues it made. */

const deployedName = 'konnect-reconciler-dev';
const root = join(import.meta.dirname, '..', '..');

let moto: Moto;
let sqs: SQSClient;
let lambda: LambdaClient;
let secrets: SecretsManagerClient;
let queueUrls: Readonly<Record<string, string>>;

const running = new AsyncDisposableStack();

beforeAll(async () => {
  moto = running.use(await startMoto());
  const client = { endpoint: moto.url, region, credentials };
  [sqs, lambda, secrets] = [new SQSClient(client), new LambdaClient(client), new SecretsManagerClient(client)];
  for (const one of [sqs, lambda, secrets]) running.defer(() => one.destroy());
  await using project = await copyOfProject();
  await project.osls(['deploy', '--region', region], {
    AWS_ENDPOINT_URL: moto.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  queueUrls = Object.fromEntries(QueueUrls.map((url) => [url.split('/').at(-1) ?? '', url]));
});
afterAll(() => running.disposeAsync());

it('makes every queue of the template, with what it says of them', async () => {
  const { template } = await packageFunctions();
  const queues = Object.values(template.of('AWS::SQS::Queue')).map(({ properties }) => properties);
  expect(Object.keys(queueUrls).sort()).toEqual(queues.map(({ QueueName }) => QueueName).sort());
  for (const { QueueName, VisibilityTimeout, RedrivePolicy } of queues) {
    const QueueUrl = queueUrls[String(QueueName)];
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes['FifoQueue'] === 'true').toBe(String(QueueName).endsWith('.fifo'));
    if (VisibilityTimeout !== undefined) expect(Attributes['VisibilityTimeout']).toBe(String(VisibilityTimeout));
    if (RedrivePolicy !== undefined)
      expect(Attributes['RedrivePolicy']).toContain(String(QueueName).replace('.fifo', '-dead.fifo'));
  }
});

it('makes every function, tells it queues that are there, and feeds it from one', async () => {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  expect(Functions.map(({ FunctionName }) => FunctionName).sort()).toEqual(
    functionNames.map((name) => `${deployedName}-${name}`).sort(),
  );
  for (const { Environment } of Functions) {
    const told = Object.entries(Environment?.Variables ?? {}).filter(([name]) => name.includes('QUEUE_URL'));
    expect(told.length).toBeGreaterThan(5);
    for (const [, url] of told) expect(queueUrls).toHaveProperty([url.split('/').at(-1) ?? '']);
  }
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  expect(EventSourceMappings).toHaveLength(functionNames.length - 1);
});

it('runs the story and a drift check on them', async () => {
  await handOverMappings();
  await using stack = await startOnMoto();
  const story = await readFile(join(root, 'infra/local/story.yaml'), 'utf8');
  await applyAndWait(stack, story, () => undefined);
  await applyAndWait(stack, service, () => undefined);
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
  expect(SecretList.map(({ Name }) => Name)).toContain(`${stackName}/local/default/konnect-api-auth`);

  const { report } = await drift(stack, { mode: 'report', wait: true });
  expect(report).toMatchObject({ findings: [], problems: [] });

  const [plane] = stack.konnect.controlPlanes().filter(({ name }) => name === 'gateway-control-plane');
  const id = plane?.id ?? '';
  const host = () => stack.konnect.entities(id, 'services').at(0)?.['host'];
  stack.konnect.patchEntity(id, 'services', stack.konnect.entities(id, 'services').at(0)?.id ?? '', {
    host: 'elsewhere.internal',
  });
  const { queued } = await drift(stack, { mode: 'repair' });
  expect(queued).toBeGreaterThan(0);
  await until('the service is as its object says', () => host() === 'orders.internal');
  expect(stack.functions.logs.filter(({ text }) => text.includes(storyToken))).toEqual([]);
});

const service = JSON.stringify({
  apiVersion: 'configuration.konghq.com/v1alpha1',
  kind: 'KongService',
  metadata: { name: 'orders', namespace: 'default' },
  spec: {
    controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'gateway-control-plane' } },
    host: 'orders.internal',
  },
});

// moto would invoke the functions it has, in containers, whenever a message comes; here the local stack runs them.
async function handOverMappings(): Promise<void> {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  for (const { UUID } of EventSourceMappings)
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
}

function startOnMoto(): Promise<Stack> {
  const urls = queueNames.map((name) => [name, queueUrls[name.replace(stackName, deployedName)] ?? '']);
  return startStack({
    bundles: inject('bundles'),
    aws: { sqs: { endpoint: moto.url, urls: Object.fromEntries(urls) }, secretsManager: { url: moto.url } },
  });
}

async function drift(stack: Stack, request: unknown): Promise<DriftAnswer> {
  return (await invoke('drift-check', stack, request)) as DriftAnswer;
}

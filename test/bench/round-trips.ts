import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clusterSecretPrefix, deadLetterQueueName } from '../../infra/local/deployment.ts';
import { clusterName, type Stack, storyToken } from '../../infra/local/stack.ts';
import { type KubernetesObject, keyOf, type Resource } from '../../lib/engine/objects.ts';
import type { Log } from '../../lib/engine/ports.ts';
import { createKonnect } from '../../lib/konnect/client.ts';
import { Sensitive } from '../../lib/sensitive.ts';
import type { System } from './calls.ts';
import { median } from './figure.ts';

/** Milliseconds of one call, from its caller's point of view; for a queue from sending a message to receiving it. */
export type RoundTrips = Readonly<Record<System, number>>;

const times = 15;
const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Times real calls, with the clients that the functions use; what is written to the object means nothing to anybody. */
export async function measureRoundTrips(
  stack: Stack,
  resource: Resource,
  object: KubernetesObject,
): Promise<RoundTrips> {
  const { admin } = stack;
  const key = keyOf(object);
  return {
    'Kubernetes read': await timed(() => admin.get(resource, key)),
    'Kubernetes write': await timed((count) =>
      admin.patch(resource, key, { metadata: { annotations: { 'example.com/bench': `${Date.now()}-${count}` } } }),
    ),
    Konnect: await konnectTrip(stack),
    'Secrets Manager': await secretsTrip(stack),
    queue: await queueTrip(stack),
  };
}

async function konnectTrip({ konnect }: Stack): Promise<number> {
  const client = createKonnect({
    allowedHosts: [],
    endpointURL: konnect.url,
    clock: { now: () => new Date() },
    log: silent,
    userAgent: 'bench',
  });
  const account = { token: new Sensitive(storyToken), serverURL: 'https://us.api.konghq.com' };
  const trip = await timed(() => client.call(account, { method: 'GET', path: '/v3/organizations/me', host: 'global' }));
  await client.close();
  return trip;
}

async function secretsTrip({ aws, secrets }: Stack): Promise<number> {
  const client = new SecretsManagerClient({ ...aws, endpoint: secrets.url });
  const SecretId = `${clusterSecretPrefix}/auth/${clusterName}`;
  const trip = await timed(() => client.send(new GetSecretValueCommand({ SecretId })));
  client.destroy();
  return trip;
}

/** On a dead-letter queue, which nobody else reads, with a poll that waits already, as those of Lambda do. */
async function queueTrip({ aws, queues }: Stack): Promise<number> {
  const name = deadLetterQueueName('cloud-gateway');
  const client = new SQSClient({ ...aws, endpoint: queues.endpoint });
  const QueueUrl = queues.urls[name];
  const group = `bench-${Date.now()}`;
  const measured: number[] = [];
  for (let count = 0; count < times; count += 1) {
    const receipt = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    while (queues.waitingPolls(name) === 0) await new Promise((resolve) => setImmediate(resolve));
    const start = performance.now();
    const ids = { MessageGroupId: group, MessageDeduplicationId: `${group}-${count}` };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'bench', ...ids }));
    const { Messages = [] } = await receipt;
    measured.push(performance.now() - start);
    for (const { ReceiptHandle } of Messages) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  client.destroy();
  return median(measured);
}

async function timed(call: (count: number) => Promise<unknown>): Promise<number> {
  const measured: number[] = [];
  await call(-1); // opens the connection, which the functions have as well when they are warm
  for (let count = 0; count < times; count += 1) {
    const start = performance.now();
    await call(count);
    measured.push(performance.now() - start);
  }
  return median(measured);
}

function nothing(): void {
  // The bench's own calls are of no interest.
}

/**
 * A function that uses everything our functions need of the bundled packages. The tests build it with all exclusions
 * and run it in the local stack; it stands in for whatever the functions do today.
 */
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { Agent } from 'undici';
import { awsHttp } from '../../lib/aws-http.ts';
import { createCluster } from '../../lib/cluster/client.ts';
import { createStoredCredentials } from '../../lib/cluster/credentials.ts';
import { type Resource, secretResource } from '../../lib/engine/objects.ts';
import { Sensitive } from '../../lib/sensitive.ts';

interface ProbeEvent {
  readonly queueUrl: string;
  readonly kubeconfig: string;
}

/** Answers with what came back from each service. */
export async function handler(event: ProbeEvent): Promise<object> {
  return {
    queue: await throughQueue(event.queueUrl),
    secret: await throughSecret(),
    cluster: await throughCluster(event.kubeconfig),
    http: await throughUndici(event.kubeconfig),
  };
}

async function throughQueue(QueueUrl: string): Promise<unknown> {
  const sqs = new SQSClient({ requestHandler: awsHttp({ answerMs: 10_000 }) });
  const Entries = [{ Id: 'one', MessageBody: 'hello', MessageGroupId: 'g', MessageDeduplicationId: '1' }];
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const ReceiptHandle = Messages[0]?.ReceiptHandle;
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages[0]?.Body;
}

async function throughSecret(): Promise<unknown> {
  const secrets = new SecretsManagerClient({ requestHandler: awsHttp({ answerMs: 10_000 }) });
  await secrets.send(new CreateSecretCommand({ Name: 'probe', SecretString: 'first' }));
  await secrets.send(new PutSecretValueCommand({ SecretId: 'probe', SecretString: 'second' }));
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'probe' }));
  const missing = await secrets.send(new GetSecretValueCommand({ SecretId: 'missing' })).catch(({ name }) => name);
  return [SecretString, missing];
}

async function throughCluster(kubeconfig: string): Promise<unknown> {
  const credentials = createStoredCredentials({
    load: async () => new Sensitive(kubeconfig),
    aws: () => Promise.reject(new Error('a kubeconfig needs no AWS keys')),
    clock: { now: () => new Date() },
  });
  const cluster = createCluster({ name: 'probe', credentials, timeoutMs: 10_000 });
  const key = { name: 'probe', namespace: 'default' };
  await cluster.create(secretResource, { metadata: key });
  const { data } = await cluster.patch(secretResource, key, { stringData: { key: 'value' } });
  const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' };
  const roles: Resource = { ...rbac, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false };
  await cluster.create(roles, { metadata: { name: 'probe' }, rules: [] });
  const { metadata } = await cluster.patch(roles, { name: 'probe' }, { metadata: { labels: { patched: 'yes' } } });
  const missing = (await cluster.get(roles, { name: 'missing' })) === undefined;
  await cluster.close();
  return { data, labels: metadata.labels, missing };
}

async function throughUndici(kubeconfig: string): Promise<unknown> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const cluster = config.getCurrentCluster();
  const ca = Buffer.from(cluster?.caData ?? '', 'base64').toString();
  const agent = new Agent({ allowH2: false, connect: { ca } });
  const headers = { authorization: `Bearer ${config.getCurrentUser()?.token}` };
  const { body } = await agent.request({ origin: cluster?.server ?? '', path: '/version', method: 'GET', headers });
  const version = await body.json();
  await agent.close();
  return version;
}

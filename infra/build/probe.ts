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
import { CoreV1Api, CustomObjectsApi, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { Agent, interceptors, request } from 'undici';

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
  const sqs = new SQSClient({});
  const Entries = [{ Id: 'one', MessageBody: 'hello', MessageGroupId: 'g', MessageDeduplicationId: '1' }];
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const ReceiptHandle = Messages[0]?.ReceiptHandle;
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages[0]?.Body;
}

async function throughSecret(): Promise<unknown> {
  const secrets = new SecretsManagerClient({});
  await secrets.send(new CreateSecretCommand({ Name: 'probe', SecretString: 'first' }));
  await secrets.send(new PutSecretValueCommand({ SecretId: 'probe', SecretString: 'second' }));
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'probe' }));
  const missing = await secrets.send(new GetSecretValueCommand({ SecretId: 'missing' })).catch(({ name }) => name);
  return [SecretString, missing];
}

async function throughCluster(kubeconfig: string): Promise<unknown> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const objects = config.makeApiClient(CustomObjectsApi);
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
  const secret = { name: 'probe', namespace: 'default' };
  await core.createNamespacedSecret({ namespace: 'default', body: { metadata: { name: 'probe' } } });
  await core.patchNamespacedSecret({ ...secret, body: { stringData: { key: 'value' } } }, merge);
  const roles = { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterroles' };
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'probe' },
    rules: [],
  };
  await objects.createClusterCustomObject({ ...roles, body: role });
  const body = { metadata: { labels: { patched: 'yes' } } };
  const patched = await objects.patchClusterCustomObject({ ...roles, name: 'probe', body }, merge);
  const missing = await objects.getClusterCustomObject({ ...roles, name: 'missing' }).catch(({ code }) => code);
  return { data: (await core.readNamespacedSecret(secret)).data, labels: patched.metadata.labels, missing };
}

async function throughUndici(kubeconfig: string): Promise<unknown> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const cluster = config.getCurrentCluster();
  const ca = Buffer.from(cluster?.caData ?? '', 'base64').toString();
  const agent = new Agent({ allowH2: false, connect: { ca } }).compose(interceptors.retry({ maxRetries: 1 }));
  const headers = { authorization: `Bearer ${config.getCurrentUser()?.token}` };
  const { body } = await request(`${cluster?.server}/version`, { dispatcher: agent, headers });
  const version = await body.json();
  await agent.close();
  return version;
}

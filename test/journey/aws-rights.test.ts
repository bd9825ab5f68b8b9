import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, inject, it } from 'vitest';
import { region, startAws } from '../../infra/local/aws.ts';
import { clusterSecretPrefix, functionUser, queueName, tokenSecretPrefix } from '../../infra/local/deployment.ts';
import { createRights, unusedRights } from './aws-rights.ts';

/* Every journey runs with the rights of the template. Here it is shown that they are enforced, and that unused ones are found. */

const user = functionUser('entity');

it('refuses what the policy of the function does not allow, in the words of AWS, and remembers it', async () => {
  const rights = createRights(inject('rights').template);
  await using running = new AsyncDisposableStack();
  const options = { given: undefined, visibilityTimeoutSeconds: 60, authorize: rights.authorize };
  const { keys, sqs, secretsManager } = await startAws(options, running);
  const credentials = keys.of[user] ?? keys.administrator;
  const queues = running.adopt(new SQSClient({ region, credentials, endpoint: sqs.endpoint }), (one) => one.destroy());
  const secrets = running.adopt(
    new SecretsManagerClient({ region, credentials, endpoint: secretsManager.url }),
    (one) => one.destroy(),
  );
  const receive = (of: 'entity' | 'auth') =>
    queues.send(new ReceiveMessageCommand({ QueueUrl: sqs.urls[queueName(of)] }));
  const read = (SecretId: string) => secrets.send(new GetSecretValueCommand({ SecretId }));

  await receive('entity');
  await expect(read(`${tokenSecretPrefix}/local/default/none`)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  expect(rights.denied()).toEqual([]);

  await expect(receive('auth')).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringMatching(/is not authorized to perform: sqs:ReceiveMessage on resource: arn:aws:sqs:/),
  });
  await expect(read(`${clusterSecretPrefix}/auth/local`)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(rights.denied()).toHaveLength(2);
});

it('finds what nobody has used, once every file has run that could', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rights-'));
  try {
    const { template } = inject('rights');
    const rights = createRights(template);
    const account = '000000000000';
    const resource = `arn:aws:sqs:${region}:${account}:${queueName('entity')}`;
    expect(rights.authorize({ caller: user, action: 'sqs:ReceiveMessage', resource, context: {} })).toBe(true);
    await rights.save(folder, join(import.meta.dirname, 'drift.test.ts'));

    const files = ['drift.test.ts', 'replay.test.ts'].map((file) => join(import.meta.dirname, file));
    expect(await unusedRights(template, folder, files)).toEqual([]);

    const unused = await unusedRights(template, folder, files.slice(0, 1));
    const ofLanes = unused.filter((text) => text.startsWith('konnect-reconciler-<lane> sqs:'));
    expect(ofLanes.map((text) => text.split(' ')[1])).toContain('sqs:DeleteMessage');
    expect(ofLanes.join()).not.toContain('sqs:ReceiveMessage');
  } finally {
    await rm(folder, { recursive: true });
  }
});

import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { startQueues } from '../../infra/local/sqs.ts';
import { Retry } from '../engine/errors.ts';
import { type Lane, lanes } from '../kinds/define.ts';
import { createBacklog } from './backlog.ts';

it('counts the messages that wait in the queue of a lane, and says where SQS does not tell', async () => {
  await using queues = await startQueues({
    queues: lanes.map((lane) => ({ name: `${lane}.fifo`, visibilityTimeoutSeconds: 30 })),
  });
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  const client = new SQSClient({ endpoint: queues.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const urls = Object.fromEntries(lanes.map((lane) => [lane, queues.urls[`${lane}.fifo`]])) as Record<Lane, string>;
  const backlog = createBacklog(client, urls);
  for (const id of ['a', 'b', 'c']) {
    const ids = { MessageGroupId: id, MessageDeduplicationId: id };
    await client.send(new SendMessageCommand({ QueueUrl: urls.entity, MessageBody: 'event', ...ids }));
  }

  expect([await backlog('entity'), await backlog('auth')]).toEqual([3, 0]);

  queues.setFault(() => ({ status: 403, code: 'AccessDenied' }));
  await expect(backlog('auth')).rejects.toThrow(Retry);
  await expect(backlog('auth')).rejects.toThrow(/how long the queue of the lane auth is \(AccessDenied\)/);
  client.destroy();
});

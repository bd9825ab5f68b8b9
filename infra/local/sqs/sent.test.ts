import assert from 'node:assert/strict';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { it } from 'vitest';
import { start } from './fixture.ts';

it('remembers every message as its sender wrote it, also one that the queue refused or dropped', async () => {
  await using local = await start();
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'Service' } };
  const Entries = [
    { Id: 'a', MessageBody: 'one', MessageGroupId: 'g', MessageDeduplicationId: 'd', MessageAttributes },
    { Id: 'b', MessageBody: 'two', MessageGroupId: 'not allowed', MessageDeduplicationId: 'e' },
  ];
  await local.client.send(new SendMessageBatchCommand({ QueueUrl: local.url, Entries }));
  await local.send('g', 'one more', 'd');
  await local.receive();

  const common = { queue: 'work.fifo', groupId: 'g', deduplicationId: 'd' };
  assert.deepEqual(local.queues.sent, [
    { ...common, body: 'one', attributes: { kind: 'Service' } },
    { ...common, body: 'two', groupId: 'not allowed', deduplicationId: 'e', attributes: {} },
    { ...common, body: 'one more', attributes: {} },
  ]);
});

import assert from 'node:assert/strict';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, it } from 'vitest';
import { credentials, definition, start, until } from './sqs/fixture.ts';
import { startQueues } from './sqs.ts';

describe('queues', () => {
  it('are FIFO with a dead-letter queue', async () => {
    await using local = await start();
    const read = new GetQueueAttributesCommand({ QueueUrl: local.url, AttributeNames: ['All'] });
    const { Attributes = {} } = await local.client.send(read);
    const { FifoQueue, DeduplicationScope, FifoThroughputLimit, ContentBasedDeduplication } = Attributes;
    assert.deepEqual(
      { FifoQueue, DeduplicationScope, FifoThroughputLimit, ContentBasedDeduplication },
      {
        FifoQueue: 'true',
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        ContentBasedDeduplication: 'false',
      },
    );
    assert.deepEqual(JSON.parse(Attributes['RedrivePolicy'] ?? ''), {
      deadLetterTargetArn: local.queues.arns['dead.fifo'],
      maxReceiveCount: 2,
    });
  });

  it('are refused when their definition could not be deployed', async () => {
    const wrong = [
      { name: 'standard', visibilityTimeoutSeconds: 30 },
      { name: 'a.fifo', visibilityTimeoutSeconds: 43_201 },
      { name: 'a.fifo', visibilityTimeoutSeconds: 30, maxReceiveCount: 3 },
      { name: 'a.fifo', visibilityTimeoutSeconds: 30, maxReceiveCount: 1001, deadLetter: 'b.fifo' },
    ];
    for (const queue of wrong) await assert.rejects(startQueues({ queues: [queue] }), RangeError);
  });
});

describe('watching and disturbing', () => {
  it('counts calls and looks without consuming', async () => {
    await using local = await start();
    await local.send('g', 'm');
    assert.deepEqual(local.queues.counts(), { SendMessage: 1 });
    assert.deepEqual(
      local.queues.messages(definition.name).map(({ state }) => state),
      ['ready'],
    );
    assert.deepEqual(await local.bodies(), ['m']);
    assert.equal(local.queues.messages(definition.name)[0]?.state, 'in-flight');
    assert.throws(() => local.queues.messages('other.fifo'), /no queue "other.fifo", only work.fifo, dead.fifo|only/);
    local.queues.resetCalls();
    assert.deepEqual(local.queues.counts(), {});
  });

  it('resets, loses replies and throttles', async () => {
    await using local = await start();
    const bodies = () => local.queues.messages(definition.name).map(({ body }) => body);
    local.queues.setFault(({ resource }) => (resource === definition.name ? 'reset' : undefined));
    await assert.rejects(local.send('g', 'before'));
    local.queues.setFault(() => 'reset-after');
    await assert.rejects(local.send('g', 'after'));
    local.queues.setFault(() => ({ status: 403, code: 'RequestThrottled' }));
    await assert.rejects(local.send('g', 'throttled'), { name: 'RequestThrottled' });
    local.queues.setFault(undefined);
    assert.deepEqual(bodies(), ['after']);
    assert.deepEqual(
      local.queues.calls.map(({ status }) => status),
      [0, 0, 403],
    );
  });

  it('has done the work of a call that it never answers', async () => {
    await using local = await start();
    local.queues.setFault(() => 'hang-after');
    const failed = assert.rejects(local.send('g', 'm'));
    await until(() => local.queues.messages(definition.name).length === 1);
    await local.queues.stop();
    await failed;
  });

  it('keeps a message that was about to reach a poll that had hung up', async () => {
    await using local = await start();
    const abort = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl: local.url, WaitTimeSeconds: 20 });
    const polled = local.client.send(command, { abortSignal: abort.signal });
    const failed = assert.rejects(polled);
    await until(() => local.queues.waitingPolls(definition.name) === 1);
    abort.abort();
    await failed;
    await local.send('g', 'm');
    await until(() => local.queues.counts()['ReceiveMessage'] === 1);
    const [message] = await local.receive();
    assert.equal(message?.Attributes?.ApproximateReceiveCount, '1');
  });

  it('verifies signatures', async () => {
    await using local = await start();
    const other = { ...credentials, secretAccessKey: 'other' };
    const client = new SQSClient({ endpoint: local.queues.endpoint, region: 'us-east-1', credentials: other });
    await assert.rejects(client.send(new ReceiveMessageCommand({ QueueUrl: local.url })), {
      name: 'InvalidSignatureException',
    });
    client.destroy();
  });

  it('starts again from its state, in flight and deduplication included', async () => {
    await using first = await start();
    await first.send('g', 'in flight', 'one');
    await first.receive();
    await first.send('g', 'ready', 'two');
    const state = JSON.parse(JSON.stringify(first.queues.state()));
    await using second = await start({ state });
    assert.deepEqual(await second.receive(), [], 'its group is in flight');
    await second.send('g', 'a copy', 'two');
    second.queues.advance(31);
    assert.deepEqual(await second.bodies(), ['in flight', 'ready']);
  });
});

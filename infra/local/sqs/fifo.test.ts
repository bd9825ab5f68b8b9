import assert from 'node:assert/strict';
import { DeleteMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, it } from 'vitest';
import { changeVisibility, definition, start, until } from './fixture.ts';

describe('order', () => {
  it('gives several messages of a group in order, and none of it while one is in flight', async () => {
    await using local = await start();
    for (const body of ['a1', 'a2', 'a3']) await local.send('a', body);
    await local.send('b', 'b1');
    const first = await local.receive({ MaxNumberOfMessages: 2 });
    assert.deepEqual(
      first.map(({ Body }) => Body),
      ['a1', 'a2'],
    );
    assert.deepEqual(await local.bodies(), ['b1']);
    await local.delete(first[0]);
    assert.deepEqual(await local.bodies(), [], 'a2 is still in flight');
    await local.delete(first[1]);
    assert.deepEqual(await local.bodies(), ['a3']);
  });

  it('keeps the order of a group when its messages return one by one', async () => {
    await using local = await start();
    for (const body of ['1', '2', '3']) await local.send('g', body);
    const [one, two] = await local.receive({ MaxNumberOfMessages: 2 });
    for (const message of [two, one]) await changeVisibility(local, message, 0);
    assert.deepEqual(await local.bodies(), ['1', '2', '3']);
  });

  it('wakes a long poll when a message comes', async () => {
    await using local = await start();
    const polled = local.bodies({ WaitTimeSeconds: 20 });
    await until(() => local.queues.waitingPolls(definition.name) === 1);
    await local.send('g', 'came');
    assert.deepEqual(await polled, ['came']);
  });
});

describe('visibility and redrive', () => {
  it('returns a message after its timeout and counts its receives', async () => {
    await using local = await start();
    await local.send('g', 'm');
    const [first] = await local.receive();
    local.queues.advance(29);
    assert.deepEqual(await local.receive(), []);
    local.queues.advance(1);
    const [second] = await local.receive();
    const counts = [first, second].map((message) => message?.Attributes?.ApproximateReceiveCount);
    assert.deepEqual(counts, ['1', '2']);
    assert.notEqual(first?.ReceiptHandle, second?.ReceiptHandle);
    assert.equal(
      first?.Attributes?.ApproximateFirstReceiveTimestamp,
      second?.Attributes?.ApproximateFirstReceiveTimestamp,
    );
  });

  it('refuses to delete with an expired handle, as FIFO queues do, and repeats a done delete', async () => {
    await using local = await start();
    await local.send('g', 'm');
    const [first] = await local.receive();
    local.queues.advance(30);
    await assert.rejects(local.delete(first), /The receipt handle has expired/);
    const [second] = await local.receive();
    const batch = new DeleteMessageBatchCommand({
      QueueUrl: local.url,
      Entries: [
        { Id: 'old', ReceiptHandle: first?.ReceiptHandle },
        { Id: 'new', ReceiptHandle: second?.ReceiptHandle },
      ],
    });
    const { Successful = [], Failed = [] } = await local.client.send(batch);
    assert.deepEqual([Successful.map(({ Id }) => Id), Failed.map(({ Id }) => Id)], [['new'], ['old']]);
    await local.delete(second);
    await assert.rejects(local.delete({ ReceiptHandle: 'made-up' }), { name: 'ReceiptHandleIsInvalid' });
  });

  it('changes visibility within 0 and 43200 seconds, less than twelve hours from the receive', async () => {
    await using local = await start();
    await local.send('g', 'm');
    const [message] = await local.receive();
    await assert.rejects(changeVisibility(local, message, -1), /Must be between 0 and 43200/);
    await assert.rejects(changeVisibility(local, message, 43_201), /VisibilityTimeout is invalid/);
    await assert.rejects(changeVisibility(local, message, 43_200), /Total VisibilityTimeout for the message/);
    await changeVisibility(local, message, 43_000);
    local.queues.advance(600);
    await assert.rejects(changeVisibility(local, message, 42_900), /Total VisibilityTimeout for the message/);
    assert.deepEqual(await local.receive(), []);
    await changeVisibility(local, message, 0);
    assert.deepEqual(await local.bodies(), ['m']);
    await assert.rejects(changeVisibility(local, message, 1), { name: 'MessageNotInflight' });
  });

  it('moves a message received too often to the dead letters and lets its group go on', async () => {
    await using local = await start();
    await local.send('g', 'poison');
    await local.send('g', 'next');
    for (const _ of [1, 2]) {
      assert.deepEqual(await local.bodies({ MaxNumberOfMessages: 1 }), ['poison']);
      local.queues.advance(30);
    }
    assert.deepEqual(await local.bodies(), ['next']);
    const dead = local.queues.urls['dead.fifo'];
    const [letter] = await local.receive({ QueueUrl: dead });
    assert.equal(letter?.Body, 'poison');
    assert.equal(letter?.Attributes?.MessageGroupId, 'g');
    assert.equal(letter?.Attributes?.DeadLetterQueueSourceArn, local.queues.arns[definition.name]);
    assert.equal(local.queues.messages('dead.fifo')[0]?.state, 'in-flight');
  });

  it('forgets a message after the retention period', async () => {
    await using local = await start();
    await local.send('g', 'old');
    local.queues.advance(4 * 86_400);
    assert.deepEqual(await local.receive(), []);
  });
});

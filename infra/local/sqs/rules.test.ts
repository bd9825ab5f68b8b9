import assert from 'node:assert/strict';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, it } from 'vitest';
import { definition, start } from './fixture.ts';

describe('sending', () => {
  it('drops the second copy within five minutes, per message group', async () => {
    await using local = await start();
    const first = await local.send('g', 'm', 'same');
    const copy = await local.send('g', 'other body', 'same');
    assert.deepEqual([copy.MessageId, copy.SequenceNumber], [first.MessageId, first.SequenceNumber]);
    await local.send('h', 'm', 'same');
    assert.deepEqual(
      local.queues.messages(definition.name).map(({ groupId }) => groupId),
      ['g', 'h'],
    );
    const [received] = await local.receive({ MaxNumberOfMessages: 1 });
    assert.equal(received?.Attributes?.MessageDeduplicationId, 'same');
    await local.delete(received);
    await local.send('g', 'm', 'same');
    assert.deepEqual(await local.bodies(), ['m'], 'a delete does not end the five minutes');
    local.queues.advance(300);
    await local.send('g', 'm', 'same');
    assert.equal(local.queues.messages(definition.name).filter(({ groupId }) => groupId === 'g').length, 1);
  });

  it('numbers messages upwards', async () => {
    await using local = await start();
    const numbers = [await local.send('g', '1'), await local.send('h', '2')].map(
      ({ SequenceNumber }) => SequenceNumber,
    );
    assert.match(numbers[0] ?? '', /^\d{20}$/);
    assert.deepEqual(numbers, numbers.toSorted());
  });

  it('refuses ids SQS refuses and messages that are too long', async () => {
    await using local = await start();
    await assert.rejects(local.send('g'.repeat(129), 'm'), /MessageGroupId is invalid/);
    await assert.rejects(local.send('with space', 'm'), /MessageGroupId is invalid/);
    await assert.rejects(local.send('g', 'm', 'd'.repeat(129)), /MessageDeduplicationId is invalid/);
    await assert.rejects(local.send('g', 'x'.repeat(1_048_577)), { name: 'InvalidParameterValue' });
    await local.send('g'.repeat(128), 'x'.repeat(1_048_576), 'd'.repeat(128));
    assert.equal(local.queues.messages(definition.name).length, 1);
  });

  it('sends what it can of a batch', async () => {
    await using local = await start();
    const entry = { MessageBody: 'm', MessageGroupId: 'g' };
    const send = (Entries: ConstructorParameters<typeof SendMessageBatchCommand>[0]['Entries']) =>
      local.client.send(new SendMessageBatchCommand({ QueueUrl: local.url, Entries }));
    const { Successful = [], Failed = [] } = await send([
      { ...entry, Id: 'good', MessageDeduplicationId: '1' },
      { ...entry, Id: 'no-id' },
      { ...entry, Id: 'bad-group', MessageGroupId: 'with space', MessageDeduplicationId: '2' },
    ]);
    assert.deepEqual(
      Successful.map(({ Id }) => Id),
      ['good'],
    );
    assert.deepEqual(Failed.map(({ Id, SenderFault }) => [Id, SenderFault]).toSorted(), [
      ['bad-group', true],
      ['no-id', true],
    ]);
    const eleven = Array.from({ length: 11 }, (_, n) => ({ ...entry, Id: `${n}`, MessageDeduplicationId: `n${n}` }));
    await assert.rejects(send(eleven), { name: 'TooManyEntriesInBatchRequest' });
    const half = { ...entry, MessageBody: 'x'.repeat(524_289) };
    await assert.rejects(send(['a', 'b'].map((Id) => ({ ...half, Id, MessageDeduplicationId: Id }))), {
      name: 'BatchRequestTooLong',
    });
    await assert.rejects(send([{ ...entry, Id: 'i'.repeat(81), MessageDeduplicationId: 'z' }]), {
      name: 'InvalidBatchEntryId',
    });
  });
});

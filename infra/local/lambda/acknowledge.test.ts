import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { acknowledged } from './mapping.ts';

describe('what a batch response acknowledges', () => {
  const messages = [{ MessageId: 'a' }, { MessageId: 'b' }];
  const source = { reportBatchItemFailures: true };
  const ids = (payload: unknown, from = source) =>
    acknowledged({ payload, logTail: '' }, messages, from).map(({ MessageId }) => MessageId);

  it('is all without failures, the rest with some, none when malformed', () => {
    for (const empty of [null, {}, { batchItemFailures: null }, { batchItemFailures: [] }]) {
      assert.deepEqual(ids(empty), ['a', 'b']);
    }
    assert.deepEqual(ids({ batchItemFailures: [{ itemIdentifier: 'a' }] }), ['b']);
    for (const malformed of ['text', [], { batchItemFailures: 'a' }, { batchItemFailures: [null] }]) {
      assert.deepEqual(ids(malformed), []);
    }
    assert.deepEqual(acknowledged({ payload: null, functionError: 'Unhandled', logTail: '' }, messages, source), []);
  });

  it('is all, whatever the answer, without ReportBatchItemFailures', () => {
    assert.deepEqual(ids({ batchItemFailures: [{ itemIdentifier: 'a' }] }, { reportBatchItemFailures: false }), [
      'a',
      'b',
    ]);
  });
});

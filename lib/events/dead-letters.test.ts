import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalQueues, startQueues } from '../../infra/local/sqs.ts';
import { createDeadLetters, type DeadLetterReason } from './dead-letters.ts';
import type { QueueRecord } from './record.ts';

const reason: DeadLetterReason = {
  verdict: 'retry',
  reason: 'Konnect is away',
  firstError: { message: 'no such host', at: '2026-03-01T11:00:00.000Z', from: 'memory' },
  functionName: 'reconcile-test',
  gaveUpAt: new Date('2026-03-01T13:00:00Z'),
  subject: 'g/Shop/team/one',
};

let sent = 0;
function recordOf(body: string, attributes: Partial<QueueRecord['attributes']> = {}): QueueRecord {
  sent += 1;
  return {
    messageId: `00000000-0000-4000-8000-${String(sent).padStart(12, '0')}`,
    receiptHandle: 'r',
    body,
    attributes: { ApproximateReceiveCount: '10', MessageGroupId: `group-${sent}`, ...attributes },
  };
}

describe('against SQS', () => {
  let queues: LocalQueues;
  let client: SQSClient;

  beforeAll(async () => {
    queues = await startQueues({ queues: [{ name: 'dead.fifo', visibilityTimeoutSeconds: 30 }] });
    const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
    client = new SQSClient({ endpoint: queues.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterAll(() => queues.stop());

  const keep = (record: QueueRecord, why: DeadLetterReason = reason) =>
    createDeadLetters(client, String(queues.urls['dead.fifo'])).keep(record, why);
  const keptOf = ({ attributes: { MessageGroupId } }: QueueRecord) =>
    queues.messages('dead.fifo').filter(({ groupId }) => groupId === MessageGroupId);

  it('keeps the body as it came, and says why beside it', async () => {
    const record = recordOf('{"any":"body"}', { ApproximateFirstReceiveTimestamp: '1772366400000' });

    await keep(record);

    const [message] = keptOf(record);
    expect(message?.body).toBe('{"any":"body"}');
    expect(message?.attributes).toMatchObject({
      verdict: { StringValue: 'retry' },
      reason: { StringValue: 'Konnect is away' },
      attempts: { StringValue: '10' },
      function: { StringValue: 'reconcile-test' },
      subject: { StringValue: 'g/Shop/team/one' },
      firstReceived: { StringValue: '2026-03-01T12:00:00.000Z' },
      firstError: { StringValue: 'no such host' },
      firstErrorAt: { StringValue: '2026-03-01T11:00:00.000Z' },
      firstErrorFrom: { StringValue: 'memory' },
      gaveUpAt: { StringValue: '2026-03-01T13:00:00.000Z' },
    });
  });

  it('keeps it once, however often it is given up', async () => {
    const record = recordOf('{}');

    await keep(record);
    await keep(record);

    expect(keptOf(record)).toHaveLength(1);
  });

  it('leaves out what is not known', async () => {
    const record = recordOf('{');

    const { subject: _, ...nameless } = reason;
    await keep(record, nameless);

    const attributes = keptOf(record)[0]?.attributes ?? {};
    expect(attributes).toHaveProperty('reason');
    expect(attributes).not.toHaveProperty('subject');
    expect(attributes).not.toHaveProperty('firstReceived');
  });

  it.each([
    { case: 'control characters', text: 'a\u0000b\u001bc', wanted: 'a b c' },
    { case: 'nothing', text: '', wanted: 'unknown' },
    { case: 'more than anybody reads', text: 'x'.repeat(5000), wanted: 'x'.repeat(2048) },
  ])('makes a text of $case that SQS takes', async ({ text, wanted }) => {
    const record = recordOf('{}');

    await keep(record, { ...reason, reason: text, subject: text === '' ? 'g/Shop/a' : text });

    expect(keptOf(record)[0]?.attributes).toMatchObject({ reason: { StringValue: wanted } });
  });

  it('says so where it could not be kept', async () => {
    const elsewhere = createDeadLetters(client, String(queues.urls['dead.fifo']).replace('dead', 'nowhere'));

    await expect(elsewhere.keep(recordOf('{}'), reason)).rejects.toThrow();
  });
});

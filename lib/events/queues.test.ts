import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalQueues, startQueues } from '../../infra/local/sqs.ts';
import { type Lane, lanes } from '../kinds/define.ts';
import { deduplicationId, messageGroupId, type ObjectEvent, objectEvent, parseEvent } from './event.ts';
import { createEventSender, queueUrlsOf } from './queues.ts';

const laneOfKind = new Map<string, Lane>([
  ['Auth', 'auth'],
  ['Service', 'entity'],
]);
const laneOf = (kind: string) => laneOfKind.get(kind);

function eventOf(name: string, kind = 'Service'): ObjectEvent {
  const data = { cluster: 'prod', group: 'g', version: 'v1', kind, namespace: 'team', name, uid: `uid-${name}` };
  return objectEvent({ ...data, generation: 1, resourceVersion: '7', cause: 'change' }, new Date());
}

function clientOf(endpoint: string): SQSClient {
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  return new SQSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

describe('against SQS', () => {
  let queues: LocalQueues;
  let sender: ReturnType<typeof createEventSender>;
  const names = lanes.map((lane) => `${lane}.fifo`);

  beforeAll(async () => {
    queues = await startQueues({ queues: names.map((name) => ({ name, visibilityTimeoutSeconds: 30 })) });
    const prefix = String(queues.urls['auth.fifo']).replace(/auth\.fifo$/, '');
    sender = createEventSender({ client: clientOf(queues.endpoint), queueUrls: queueUrlsOf(prefix), laneOf });
  });
  afterAll(() => queues.stop());
  beforeEach(() => {
    queues.setFault(undefined);
    queues.resetCalls();
  });

  it('puts each event into the queue of its lane, one group an object', async () => {
    const [auth, service] = [eventOf('konnect', 'Auth'), eventOf('orders')];

    const result = await sender.send([auth, service]);

    expect(result).toEqual({ sent: 2, failed: [], problems: [] });
    for (const [queue, event] of [['auth.fifo', auth] as const, ['entity.fifo', service] as const]) {
      const [message] = queues.messages(queue);
      expect(message && parseEvent(message.body)).toEqual(event);
      expect(message?.groupId).toBe(messageGroupId(event.data));
      expect(message?.deduplicationId).toBe(deduplicationId(event.data));
      expect(message?.attributes).toMatchObject({ cause: { StringValue: 'change' } });
    }
  });

  it('sends the same event twice without harm: SQS keeps one', async () => {
    const before = queues.messages('entity.fifo').length;

    await sender.send([eventOf('twice')]);
    const again = await sender.send([eventOf('twice')]);

    expect(again).toMatchObject({ sent: 1, failed: [] });
    expect(queues.messages('entity.fifo')).toHaveLength(before + 1);
  });

  it('sends ten in a call', async () => {
    const before = queues.messages('entity.fifo').length;

    const result = await sender.send(Array.from({ length: 25 }, (_, index) => eventOf(`batch-${index}`)));

    expect(result.sent).toBe(25);
    expect(queues.messages('entity.fifo')).toHaveLength(before + 25);
    expect(queues.calls.map(({ entries }) => entries).toSorted()).toEqual([10, 10, 5]);
  });

  it('keeps the other queues going when one refuses', async () => {
    queues.setFault(({ resource }) =>
      resource === 'auth.fifo' ? { status: 403, code: 'AccessDenied', message: 'no' } : undefined,
    );
    const refused = eventOf('closed', 'Auth');

    const result = await sender.send([refused, eventOf('open')]);

    expect(result).toMatchObject({ sent: 1, failed: [refused] });
    expect(result.problems).toMatchObject([{ event: refused, senderFault: true }]);
  });

  it.each([
    { reason: 'throttling passes', fault: { status: 400, code: 'ThrottlingException' }, senderFault: false },
    { reason: 'a fault of SQS passes', fault: { status: 500, code: 'InternalError' }, senderFault: false },
    { reason: 'a cut connection passes', fault: 'reset' as const, senderFault: false },
    { reason: 'a wrong request stays wrong', fault: { status: 400, code: 'InvalidAddress' }, senderFault: true },
  ])('returns what was not taken: $reason', async ({ fault, senderFault }) => {
    queues.setFault(() => fault);
    const events = [eventOf('a'), eventOf('b')];

    const result = await sender.send(events);

    expect(result).toMatchObject({ sent: 0, failed: events });
    expect(result.problems.map((problem) => problem.senderFault)).toEqual([senderFault, senderFault]);
  });

  it('returns events of a kind that no queue serves, and of a size that no queue takes', async () => {
    const stranger = eventOf('x', 'Stranger');
    const huge = { ...eventOf('y'), id: 'x'.repeat(262_144) };

    const result = await sender.send([stranger, huge]);

    expect(result.failed).toEqual([stranger, huge]);
    expect(result.problems.map(({ code }) => code)).toEqual(['UnknownKind', 'TooLong']);
    expect(queues.calls).toEqual([]);
  });

  it('keeps a batch within the bytes that one call may have', async () => {
    const before = queues.messages('entity.fifo').length;
    const events = Array.from({ length: 4 }, (_, index) => ({ ...eventOf(`fat-${index}`), id: 'x'.repeat(100_000) }));

    const result = await sender.send(events);

    expect(result.failed).toEqual([]);
    expect(queues.calls.map(({ entries }) => entries)).toEqual([2, 2]);
    expect(queues.messages('entity.fifo')).toHaveLength(before + 4);
  });
});

describe('the answer of SendMessageBatch', () => {
  it('is believed entry by entry: refused and unanswered ones are returned', async () => {
    // Index modulo 3: 0 taken, 1 refused, 2 missing from the answer.
    await using sqs = await cannedSqs((index) => (['taken', 'refused', 'unanswered'] as const)[index % 3] ?? 'taken');

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 35 }), async (count) => {
        const sender = createEventSender({ client: sqs.client, queueUrls: queueUrlsOf(sqs.prefix), laneOf });
        const events = Array.from({ length: count }, (_, index) => eventOf(`e${index}`));

        const { sent, failed, problems } = await sender.send(events);

        const expected = events.filter((_, index) => (index % 10) % 3 !== 0);
        expect(failed.toSorted(byName)).toEqual(expected.toSorted(byName));
        expect(sent).toBe(count - expected.length);
        expect(problems.map(({ event }) => event)).toEqual(failed);
        expect(new Set(problems.map(({ code }) => code))).toEqual(
          new Set([...(count > 1 ? ['InternalError'] : []), ...(count > 2 ? ['Unanswered'] : [])]),
        );
      }),
      { numRuns: 20 },
    );
  });
});

const byName = (a: ObjectEvent, b: ObjectEvent) => a.data.name.localeCompare(b.data.name);

// What a healthy SQS does not do on demand: refuse single entries of a batch, and forget some.
async function cannedSqs(fate: (index: number) => 'taken' | 'refused' | 'unanswered') {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as {
      Entries: { Id: string; MessageBody: string }[];
    };
    const of = (wanted: string) => Entries.filter(({ Id }) => fate(Number(Id)) === wanted);
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(
      JSON.stringify({
        Successful: of('taken').map(({ Id, MessageBody }) => ({
          Id,
          MessageId: Id,
          MD5OfMessageBody: md5(MessageBody),
        })),
        Failed: of('refused').map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections());
  return { client: clientOf(endpoint), prefix: `${endpoint}/000000000000/`, [Symbol.asyncDispose]: close };
}

import assert from 'node:assert/strict';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, it } from 'vitest';
import { type LocalQueues, startQueues } from '../sqs.ts';
import { credentials, openWorkshop, until } from './fixture.ts';
import { type LocalFunctions, startFunctions } from './functions.ts';

const queue = { name: 'work.fifo', visibilityTimeoutSeconds: 60, maxReceiveCount: 3, deadLetter: 'dead.fifo' };

interface Stack extends AsyncDisposable {
  readonly queues: LocalQueues;
  readonly functions: LocalFunctions;
  send(group: string, ...bodies: readonly string[]): Promise<void>;
  /** What the function logged with the word "seen". */
  seen(): readonly string[];
  isIdle(): boolean;
}

/** Queues that hold `waiting` (group, body), and then a function that reads them. */
async function start(source: string, waiting: readonly (readonly [string, string])[] = []): Promise<Stack> {
  const workshop = await openWorkshop();
  const queues = await startQueues({ queues: [queue], credentials });
  const queueUrl = queues.urls[queue.name] ?? '';
  const { endpoint } = queues;
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials });
  let sent = 0;
  const send = async (group: string, ...bodies: readonly string[]) => {
    for (const body of bodies) {
      const ids = { MessageGroupId: group, MessageDeduplicationId: `${sent++}` };
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, ...ids }));
    }
  };
  for (const [group, body] of waiting) await send(group, body);
  const eventSource = { queueUrl, endpoint, batchSize: 10, reportBatchItemFailures: true };
  const definition = await workshop.make('toy', source, { eventSource, timeoutSeconds: 30, maximumConcurrency: 2 });
  const functions = await startFunctions({ functions: [definition], credentials, endpoints: { SQS: endpoint } });
  return {
    queues,
    functions,
    send,
    seen: () => functions.logs.flatMap(({ text }) => text.match(/seen (.*)/)?.[1] ?? []),
    isIdle: () => queues.waitingPolls(queue.name) === 1 && functions.counters('toy').batches === 0,
    [Symbol.asyncDispose]: async () => {
      await functions.stop();
      client.destroy();
      await queues.stop();
      await workshop[Symbol.asyncDispose]();
    },
  };
}

function bodies(queues: LocalQueues, name: string = queue.name): readonly string[] {
  return queues.messages(name).map(({ body }) => body);
}

describe('an event source mapping', () => {
  it('hands over records as Lambda does and deletes what was handled', async () => {
    await using stack = await start(
      'export const handler = async (event) => console.log("seen " + JSON.stringify(event));',
      [
        ['g', 'one'],
        ['g', 'two'],
      ],
    );
    await until(() => stack.seen().length === 1 && bodies(stack.queues).length === 0);
    const { Records } = JSON.parse(stack.seen()[0] ?? '');
    assert.deepEqual(
      Records.map(({ body }: { body: string }) => body),
      ['one', 'two'],
    );
    const { messageId, receiptHandle, md5OfBody, attributes, ...record } = Records[0];
    assert.match(messageId, /^[\da-f-]{36}$/);
    assert.match(md5OfBody, /^[\da-f]{32}$/);
    assert.equal(typeof receiptHandle, 'string');
    const { SentTimestamp, ApproximateFirstReceiveTimestamp, SequenceNumber, SenderId, ...rest } = attributes;
    for (const text of [SentTimestamp, ApproximateFirstReceiveTimestamp, SequenceNumber]) assert.match(text, /^\d+$/);
    assert.equal(typeof SenderId, 'string');
    assert.deepEqual(rest, { ApproximateReceiveCount: '1', MessageGroupId: 'g', MessageDeduplicationId: '0' });
    assert.deepEqual(record, {
      body: 'one',
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: stack.queues.arns[queue.name],
      awsRegion: 'us-east-1',
    });
  });

  it('returns only the listed records, until they are dead letters', async () => {
    await using stack = await start(
      `export const handler = async ({ Records }) => {
         const failed = Records.filter(({ body }) => body === 'bad');
         for (const { body, attributes } of Records) console.log('seen ' + body + attributes.ApproximateReceiveCount);
         return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
       };`,
      [
        ['a', 'good'],
        ['b', 'bad'],
      ],
    );
    for (const receives of [1, 2, 3]) {
      await until(() => stack.seen().includes(`bad${receives}`) && stack.isIdle());
      assert.deepEqual(bodies(stack.queues), ['bad']);
      stack.queues.advance(queue.visibilityTimeoutSeconds);
    }
    await until(() => bodies(stack.queues, 'dead.fifo').length === 1);
    assert.deepEqual(stack.seen(), ['good1', 'bad1', 'bad2', 'bad3']);
  });

  const failures = [
    ['throws', 'throw new Error("no")'],
    ['crashes', 'process.exit(1)'],
    ['answers with an unknown id', 'return { batchItemFailures: [{ itemIdentifier: "unknown" }] }'],
    ['answers with an empty id', 'return { batchItemFailures: [{ itemIdentifier: "" }] }'],
    ['answers with another key', 'return { batchItemFailures: [{ id: Records[0].messageId }] }'],
    ['answers with a text', 'return "done"'],
  ] as const;
  for (const [what, code] of failures) {
    it(`returns the whole batch when the function ${what}`, async () => {
      await using stack = await start(
        `export const handler = async ({ Records }) => {
           console.log('seen ' + Records.map(({ attributes }) => attributes.ApproximateReceiveCount));
           if (Records[0].attributes.ApproximateReceiveCount === '1') { ${code}; }
         };`,
        [
          ['a', '1'],
          ['b', '2'],
        ],
      );
      await until(() => stack.seen().length === 1 && stack.isIdle());
      assert.deepEqual(
        stack.queues.messages(queue.name).map(({ state }) => state),
        ['in-flight', 'in-flight'],
      );
      stack.queues.advance(queue.visibilityTimeoutSeconds);
      await until(() => stack.seen().length === 2 && bodies(stack.queues).length === 0);
      assert.deepEqual(stack.seen(), ['1,1', '2,2']);
    });
  }

  it('never runs a group twice at a time, but groups beside each other', async () => {
    await using stack = await start(
      `export const handler = async ({ Records }) => {
         for (const { body } of Records) {
           console.log('seen start ' + body);
           await new Promise((resolve) => setTimeout(resolve, 10));
           console.log('seen end ' + body);
         }
       };`,
    );
    const numbers = Array.from({ length: 12 }, (_, n) => `${n}`);
    await Promise.all(['a', 'b', 'c'].map((group) => stack.send(group, ...numbers.map((n) => group + n))));
    await until(() => stack.seen().filter((text) => text.startsWith('end')).length === 36);
    for (const group of ['a', 'b', 'c']) {
      const expected = numbers.flatMap((n) => [`start ${group}${n}`, `end ${group}${n}`]);
      assert.deepEqual(
        stack.seen().filter((text) => text.includes(` ${group}`)),
        expected,
      );
    }
    assert.equal(stack.functions.counters('toy').coldStarts, 2);
    await until(() => bodies(stack.queues).length === 0);
  });

  it('delivers again what a killed environment had in hand', async () => {
    await using stack = await start(
      `export const handler = async ({ Records: [{ attributes }] }) => {
         console.log('seen ' + attributes.ApproximateReceiveCount);
         if (attributes.ApproximateReceiveCount === '1') await new Promise(() => setInterval(() => {}, 1000));
       };`,
      [['g', 'm']],
    );
    await until(() => stack.seen().length === 1);
    await stack.functions.kill('toy');
    await until(stack.isIdle);
    stack.queues.advance(queue.visibilityTimeoutSeconds);
    await until(() => bodies(stack.queues).length === 0);
    assert.deepEqual(stack.seen(), ['1', '2']);
  });

  it('goes on after the queue could not be reached', async () => {
    await using stack = await start('export const handler = async () => console.log("seen it");');
    await until(stack.isIdle);
    stack.queues.setFault(({ operation }) => (operation === 'ReceiveMessage' ? 'reset' : undefined));
    await stack.send('g', 'm');
    await until(() => stack.seen().length === 1 && stack.functions.logs.some(({ text }) => text.startsWith('Polling')));
    stack.queues.setFault(undefined);
    await stack.send('g', 'n');
    await until(() => stack.seen().length === 2);
  });
});

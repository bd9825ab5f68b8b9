import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { startQueues } from '../sqs.ts';
import { credentials, openWorkshop, startToy } from './fixture.ts';
import { startFunctions } from './functions.ts';

describe('an invocation', () => {
  it('answers with what the handler returns, and keeps the environment warm', async () => {
    await using toy = await startToy('let n = 0; export const handler = async (event) => ({ event, n: ++n });');
    assert.deepEqual((await toy.invoke({ a: 1 })).payload, { event: { a: 1 }, n: 1 });
    assert.deepEqual((await toy.invoke({ a: 2 })).payload, { event: { a: 2 }, n: 2 });
    const { invocations, coldStarts, errors } = toy.functions.counters('toy');
    assert.deepEqual({ invocations, coldStarts, errors }, { invocations: 2, coldStarts: 1, errors: 0 });
  });

  it('starts an environment per concurrent invocation', async () => {
    await using toy = await startToy(
      `let busy = 0;
       export const handler = async () => {
         const seen = ++busy;
         await new Promise((resolve) => setTimeout(resolve, 20));
         busy--;
         return seen;
       };`,
    );
    const results = await Promise.all([1, 2, 3].map(() => toy.invoke({})));
    assert.deepEqual(
      results.map(({ payload }) => payload),
      [1, 1, 1],
    );
    assert.equal(toy.functions.counters('toy').coldStarts, 3);
  });

  it('tells how much memory each environment takes', async () => {
    await using toy = await startToy(
      'const kept = []; export const handler = async () => kept.push(new Array(1_000_000).fill(1.5));',
    );
    assert.deepEqual(await toy.functions.heapBytes('toy'), []);
    await toy.invoke({});
    const [before = 0] = await toy.functions.heapBytes('toy');
    await toy.invoke({});
    const [after = 0] = await toy.functions.heapBytes('toy');
    assert.ok(before > 8_000_000 && after >= before + 7_000_000, `${before}, ${after}`);
  });

  it('sees the context and environment of Lambda, and nothing of ours', async () => {
    process.env['OURS'] = 'not for functions';
    await using toy = await startToy(
      `export const handler = async (event, context) => ({
         ...context, remaining: context.getRemainingTimeInMillis(), env: { ...process.env }, argv: process.execArgv,
       });`,
      { environment: { SETTING: 'on' }, memoryMb: 256 },
    );
    const { payload } = await toy.invoke({});
    assert.ok(typeof payload === 'object' && payload !== null);
    const { env, remaining, awsRequestId, logStreamName, ...context } = Object(payload);
    assert.match(awsRequestId, /^[\da-f-]{36}$/);
    assert.match(logStreamName, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][\da-f]{32}$/);
    assert.ok(remaining > 0 && remaining <= 10_000);
    assert.deepEqual(context, {
      argv: [],
      functionName: 'toy',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:toy',
      logGroupName: '/aws/lambda/toy',
      memoryLimitInMB: '256',
    });
    const { SETTING, AWS_LAMBDA_FUNCTION_NAME, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL_SQS, OURS } = env;
    assert.deepEqual(
      { SETTING, AWS_LAMBDA_FUNCTION_NAME, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL_SQS, OURS },
      {
        SETTING: 'on',
        AWS_LAMBDA_FUNCTION_NAME: 'toy',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_ENDPOINT_URL_SQS: 'http://sqs',
        OURS: undefined,
      },
    );
  });

  it('keeps what was written, in the order of writing and before the answer', async () => {
    await using toy = await startToy(
      `export const handler = async () => {
         console.log('one %d', 1);
         process.stderr.write('two\\n');
         process.stdout.write('three\\n');
       };`,
    );
    const { payload, logTail } = await toy.invoke({});
    assert.equal(payload, null);
    const texts = toy.functions.logs.filter(({ stream }) => stream !== 'platform').map(({ text }) => text);
    assert.match(texts[0] ?? '', /^\S+Z\t[\da-f-]{36}\tINFO\tone 1$/);
    assert.deepEqual(texts.slice(1), ['two', 'three']);
    assert.match(logTail, /^START RequestId: [\s\S]*three\nEND RequestId: [\s\S]*REPORT RequestId: /);
  });
});

describe('a definition', () => {
  const good = {
    name: 'toy',
    bundle: 'index.mjs',
    handler: 'handler',
    environment: {},
    timeoutSeconds: 3,
    memoryMb: 128,
  };
  const source = { queueUrl: 'http://q/0/a.fifo', batchSize: 10, endpoint: 'http://q', reportBatchItemFailures: true };
  const wrong = [
    [{ timeoutSeconds: 901 }, /timeoutSeconds is 901/],
    [{ memoryMb: 64 }, /memoryMb is 64/],
    [{ environment: { AWS_REGION: 'x' } }, /AWS_REGION are Lambda's own/],
    [{ environment: { BIG: 'x'.repeat(4096) } }, /4099 bytes, more than 4096/],
    [{ maximumConcurrency: 1 }, /maximumConcurrency is 1/],
    [{ eventSource: { ...source, batchSize: 11 } }, /batchSize is 11/],
    [{ eventSource: { ...source, queueUrl: 'http://q/0/a' } }, /not a FIFO queue/],
    [{ eventSource: { ...source, maximumBatchingWindowSeconds: 1 } }, /maximumBatchingWindowSeconds/],
  ] as const;
  it('that Lambda refuses is refused', async () => {
    for (const [over, message] of wrong) {
      await assert.rejects(startFunctions({ functions: [{ ...good, ...over }], credentials }), { message });
    }
  });

  it('is refused when messages could become visible while the function still runs', async () => {
    await using workshop = await openWorkshop();
    await using queues = await startQueues({ queues: [{ name: 'short.fifo', visibilityTimeoutSeconds: 5 }] });
    const { endpoint } = queues;
    const eventSource = {
      queueUrl: queues.urls['short.fifo'] ?? '',
      endpoint,
      batchSize: 1,
      reportBatchItemFailures: true,
    };
    const definition = await workshop.make('toy', 'export const handler = async () => {};', { eventSource });
    await assert.rejects(startFunctions({ functions: [definition], credentials }), /visibility timeout of 5 seconds/);
  });
});

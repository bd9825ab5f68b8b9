import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { credentials, openWorkshop, until } from './fixture.ts';
import { startFunctions } from './functions.ts';

/** Builds one toy function and starts it. */
async function start(source: string, over: Parameters<Awaited<ReturnType<typeof openWorkshop>>['make']>[2] = {}) {
  const workshop = await openWorkshop();
  const definition = await workshop.make('toy', source, over);
  const functions = await startFunctions({ functions: [definition], credentials, endpoints: { SQS: 'http://sqs' } });
  const close = async () => {
    await functions.stop();
    await workshop[Symbol.asyncDispose]();
  };
  return { functions, invoke: (event: unknown) => functions.invoke('toy', event), [Symbol.asyncDispose]: close };
}

describe('an invocation', () => {
  it('answers with what the handler returns, and keeps the environment warm', async () => {
    await using toy = await start('let n = 0; export const handler = async (event) => ({ event, n: ++n });');
    assert.deepEqual((await toy.invoke({ a: 1 })).payload, { event: { a: 1 }, n: 1 });
    assert.deepEqual((await toy.invoke({ a: 2 })).payload, { event: { a: 2 }, n: 2 });
    const { invocations, coldStarts, errors } = toy.functions.counters('toy');
    assert.deepEqual({ invocations, coldStarts, errors }, { invocations: 2, coldStarts: 1, errors: 0 });
  });

  it('starts an environment per concurrent invocation', async () => {
    await using toy = await start(
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

  it('sees the context and environment of Lambda, and nothing of ours', async () => {
    process.env['OURS'] = 'not for functions';
    await using toy = await start(
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
    await using toy = await start(
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

describe('a failure', () => {
  it('answers with type, message and trace, and keeps the environment', async () => {
    await using toy = await start(
      `export const handler = async () => { throw Object.assign(new RangeError('too far')); };`,
    );
    const { payload, functionError, logTail } = await toy.invoke({});
    assert.equal(functionError, 'Unhandled');
    const { errorType, errorMessage, trace } = Object(payload);
    assert.deepEqual([errorType, errorMessage], ['RangeError', 'too far']);
    assert.match(trace[0], /RangeError: too far/);
    assert.match(logTail, /Invoke Error/);
    await toy.invoke({});
    const { errors, coldStarts } = toy.functions.counters('toy');
    assert.deepEqual({ errors, coldStarts }, { errors: 2, coldStarts: 1 });
  });

  it('is a timeout that ends even an endless loop', async () => {
    await using toy = await start('export const handler = async ({ spin }) => { while (spin); return "free"; };', {
      timeoutSeconds: 1,
    });
    const { payload, functionError } = await toy.invoke({ spin: true });
    assert.equal(functionError, 'Unhandled');
    assert.equal(Object(payload).errorType, 'Sandbox.Timedout');
    assert.match(Object(payload).errorMessage, /^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/);
    assert.equal((await toy.invoke({ spin: false })).payload, 'free');
    const { timeouts, coldStarts } = toy.functions.counters('toy');
    assert.deepEqual({ timeouts, coldStarts }, { timeouts: 1, coldStarts: 2 });
  });

  const crashes = [
    ['exit', 'process.exit(3)', 'Runtime.ExitError', /exit status 3/],
    [
      'a stray rejection',
      'Promise.reject(new Error("stray")); await new Promise(() => {})',
      'Runtime.UnhandledPromiseRejection',
      /stray/,
    ],
    [
      'a throw from a timer',
      'setTimeout(() => { throw new TypeError("late"); }); await new Promise(() => {})',
      'TypeError',
      /late/,
    ],
    [
      'too much memory',
      'const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()))',
      'Runtime.ExitError',
      /signal: killed/,
    ],
    ['an answer that is no JSON', 'return 1n', 'Runtime.MarshalError', /BigInt/],
  ] as const;
  for (const [what, code, type, message] of crashes) {
    it(`of the kind "${what}" is told, and the next invocation works`, async () => {
      await using toy = await start(
        `export const handler = async ({ crash }) => { if (crash) { ${code}; } return 'ok'; };`,
      );
      const { payload, functionError } = await toy.invoke({ crash: true });
      assert.equal(functionError, 'Unhandled');
      assert.equal(Object(payload).errorType, type);
      assert.match(Object(payload).errorMessage, message);
      assert.equal((await toy.invoke({ crash: false })).payload, 'ok');
    });
  }

  it('to import is tried twice per invocation and answered with the error', async () => {
    await using toy = await start('export const handler = 1; throw new SyntaxError("no configuration");');
    for (const coldStarts of [2, 4]) {
      const { payload, functionError } = await toy.invoke({});
      assert.equal(functionError, 'Unhandled');
      assert.deepEqual([Object(payload).errorType, Object(payload).errorMessage], ['SyntaxError', 'no configuration']);
      assert.equal(toy.functions.counters('toy').coldStarts, coldStarts);
    }
  });

  it('of a callback-style or missing handler is that of the Node 24 runtime', async () => {
    await using callback = await start('export const handler = (event, context, callback) => callback(null, 1);');
    assert.equal(Object((await callback.invoke({})).payload).errorType, 'Runtime.CallbackHandlerDeprecated');
    await using missing = await start('export const other = 1;');
    assert.equal(Object((await missing.invoke({})).payload).errorType, 'Runtime.HandlerNotFound');
  });

  it('by kill ends the invocation in the middle', async () => {
    await using toy = await start(
      `export const handler = async ({ wait }) => { console.log('here'); if (wait) await new Promise(() => setInterval(() => {}, 1000)); };`,
    );
    const running = toy.invoke({ wait: true });
    await until(() => toy.functions.logs.some(({ text }) => text.endsWith('here')));
    await toy.functions.kill('toy');
    assert.equal((await running).functionError, 'Unhandled');
    assert.equal((await toy.invoke({})).functionError, undefined);
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
});

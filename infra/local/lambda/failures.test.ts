import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { startToy, until } from './fixture.ts';

describe('a failure', () => {
  it('answers with type, message and trace, and keeps the environment', async () => {
    await using toy = await startToy(
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
    await using toy = await startToy('export const handler = async ({ spin }) => { while (spin); return "free"; };', {
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
      await using toy = await startToy(
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
    await using toy = await startToy('export const handler = 1; throw new SyntaxError("no configuration");');
    for (const coldStarts of [2, 4]) {
      const { payload, functionError } = await toy.invoke({});
      assert.equal(functionError, 'Unhandled');
      assert.deepEqual([Object(payload).errorType, Object(payload).errorMessage], ['SyntaxError', 'no configuration']);
      assert.equal(toy.functions.counters('toy').coldStarts, coldStarts);
    }
  });

  it('of a callback-style or missing handler is that of the Node 24 runtime', async () => {
    await using callback = await startToy('export const handler = (event, context, callback) => callback(null, 1);');
    assert.equal(Object((await callback.invoke({})).payload).errorType, 'Runtime.CallbackHandlerDeprecated');
    await using missing = await startToy('export const other = 1;');
    assert.equal(Object((await missing.invoke({})).payload).errorType, 'Runtime.HandlerNotFound');
  });

  it('by kill ends the invocation in the middle', async () => {
    await using toy = await startToy(
      `export const handler = async ({ wait }) => { console.log('here'); if (wait) await new Promise(() => setInterval(() => {}, 1000)); };`,
    );
    const running = toy.invoke({ wait: true });
    await until(() => toy.functions.logs.some(({ text }) => text.endsWith('here')));
    await toy.functions.kill('toy');
    assert.equal((await running).functionError, 'Unhandled');
    assert.equal((await toy.invoke({})).functionError, undefined);
  });
});

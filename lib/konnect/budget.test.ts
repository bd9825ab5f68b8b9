import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'vitest';
import { KonnectError } from '../engine/errors.ts';
import { type Budgets, createBudgets } from './budget.ts';

let seconds = 0;
let budgets: Budgets;
const clock = { now: () => new Date(seconds * 1000) };

beforeEach(() => {
  seconds = 1000;
  budgets = createBudgets({ clock, maxConcurrent: 4 });
});

/** Calls that stay under way until they are told how to end. */
function hold(organization: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let started = false;
  const ended = budgets.run(organization, () => {
    started = true;
    return promise;
  });
  ended.catch(() => undefined);
  return { ended, finish: resolve, fail: reject, started: () => started };
}
function limitedFor(retryAfterSeconds?: number): KonnectError {
  return new KonnectError('429', { failure: 'rate-limited', status: 429, retryAfterSeconds });
}
async function refuse(organization: string, retryAfterSeconds?: number): Promise<void> {
  await assert.rejects(budgets.run(organization, () => Promise.reject(limitedFor(retryAfterSeconds))));
}
async function concurrencyOf(organization: string): Promise<number> {
  const calls = Array.from({ length: 8 }, () => hold(organization));
  await settled();
  const running = calls.filter((call) => call.started()).length;
  for (const call of calls) call.fail(new Error('over'));
  await Promise.allSettled(calls.map((call) => call.ended));
  return running;
}
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('pauses', () => {
  it('refuses every call of the organisation until Retry-After has passed, and tells what is left (T34)', async () => {
    await refuse('a', 77);
    for (const { at, left } of [
      { at: 1000, left: 77 },
      { at: 1076.5, left: 1 },
    ]) {
      seconds = at;
      await assert.rejects(
        budgets.run('a', () => assert.fail('must not be called')),
        (error) =>
          error instanceof KonnectError && error.failure === 'rate-limited' && error.retryAfterSeconds === left,
      );
    }
    seconds = 1077;
    assert.equal(await budgets.run('a', async () => 'called'), 'called');
  });

  it('does not pause other organisations', async () => {
    await refuse('a', 77);
    assert.equal(await budgets.run('b', async () => 'called'), 'called');
  });

  it('pauses 15 seconds and halves the concurrency where no header says how long (T35)', async () => {
    await refuse('a');
    seconds = 1014.9;
    await assert.rejects(budgets.run('a', () => assert.fail('must not be called')));
    seconds = 1015;
    assert.equal(await concurrencyOf('a'), 2);
  });

  it('keeps the concurrency where the header says how long', async () => {
    await refuse('a', 5);
    seconds = 1005;
    assert.equal(await concurrencyOf('a'), 4);
  });

  it('halves once for calls that are refused together, and never shortens a pause', async () => {
    const calls = [hold('a'), hold('a'), hold('a')];
    calls[0]?.fail(limitedFor());
    calls[1]?.fail(limitedFor(30));
    calls[2]?.fail(limitedFor());
    await Promise.allSettled(calls.map((call) => call.ended));
    seconds = 1029;
    await assert.rejects(budgets.run('a', () => assert.fail('must not be called')));
    seconds = 1030;
    assert.equal(await concurrencyOf('a'), 2);
  });

  it('refuses those who wait for their turn when the pause begins', async () => {
    const running = [1, 2, 3, 4].map(() => hold('a'));
    const waiting = hold('a');
    running[0]?.fail(limitedFor(9));
    await assert.rejects(waiting.ended, { failure: 'rate-limited', retryAfterSeconds: 9 });
    assert.equal(waiting.started(), false);
    for (const call of running) call.finish();
  });

  it('words each refusal the same', async () => {
    await refuse('a', 77);
    const message = async (): Promise<string> => {
      const error = await budgets.run('a', async () => undefined).catch((reason: unknown) => reason);
      assert.ok(error instanceof KonnectError);
      return error.message;
    };
    const first = await message();
    seconds += 10;
    assert.equal(await message(), first);
  });
});

describe('concurrency', () => {
  it('is four calls of one organisation, the next one starting when one ends', async () => {
    assert.equal(await concurrencyOf('a'), 4);
    const [first, ...others] = Array.from({ length: 5 }, () => hold('a'));
    const last = others.at(-1);
    await settled();
    assert.equal(first?.started(), true);
    assert.equal(last?.started(), false);
    first?.finish();
    await first?.ended;
    await settled();
    assert.equal(last?.started(), true);
  });

  it('grows back by one for each round of successes', async () => {
    await refuse('a');
    seconds = 2000;
    for (const { successes, limit } of [
      { successes: 2, limit: 3 },
      { successes: 3, limit: 4 },
      { successes: 50, limit: 4 },
    ]) {
      for (let done = 0; done < successes; done += 1) await budgets.run('a', async () => undefined);
      assert.equal(await concurrencyOf('a'), limit);
    }
  });

  it('never falls to nothing', async () => {
    for (let times = 0; times < 5; times += 1) {
      await refuse('a');
      seconds += 100;
    }
    assert.equal(await concurrencyOf('a'), 1);
  });

  it('refuses those who waited too long for slow calls, and says no time to come back at', async () => {
    const slow = [1, 2, 3, 4].map(() => hold('a'));
    const late = hold('a');
    seconds += 15;
    const later = hold('a');
    seconds += 6;
    slow[0]?.finish();
    await assert.rejects(late.ended, { failure: 'rate-limited', retryAfterSeconds: undefined });
    assert.equal(late.started(), false);
    assert.equal(later.started(), true);
    for (const call of [...slow, later]) call.finish();
    await later.ended;
  });

  it('refuses a call when too many wait already', async () => {
    const calls = Array.from({ length: 204 }, () => hold('a'));
    await assert.rejects(
      budgets.run('a', async () => undefined),
      { failure: 'rate-limited', retryAfterSeconds: 1 },
    );
    for (const call of calls) call.finish();
    await Promise.all(calls.map((call) => call.ended));
  });
});

it('forgets the organisation that was idle longest, never one with calls under way', async () => {
  const busy = hold('busy');
  await refuse('paused', 1000);
  for (let index = 0; index < 300; index += 1) await budgets.run(`o${index}`, async () => undefined);
  assert.equal(await budgets.run('paused', async () => 'forgotten'), 'forgotten');
  const held = [1, 2, 3, 4].map(() => hold('busy'));
  await settled();
  assert.deepEqual(
    held.map((call) => call.started()),
    [true, true, true, false],
  );
  for (const call of [busy, ...held]) call.finish();
});

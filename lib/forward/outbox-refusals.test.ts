import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { EventSender } from '../events/queues.ts';
import { createOutbox } from './outbox.ts';
import { backoff, emptied, eventOf, nodeNamed, queue } from './outbox-fixture.ts';

// SQS takes a part of what it is sent.

const isBad = (name: string) => name.startsWith('bad');

it('objects of several refused events go to the end, and hold up no others', async () => {
  let refuses = true;
  const { sender, taken, calls } = queue(({ data }) => !isBad(data.name) || !refuses);
  const { promise: othersSent, resolve } = Promise.withResolvers<void>();
  const outbox = createOutbox({ sender, backoff, onSent: () => taken.length === 150 && resolve() });
  for (let index = 0; index < 50; index += 1) {
    for (const cause of ['change', 'resync'] as const) {
      outbox.put(nodeNamed(`bad${index}`), eventOf(`bad${index}`, 1, cause));
    }
  }
  for (let index = 0; index < 150; index += 1) outbox.put(nodeNamed(`n${index}`), eventOf(`n${index}`));
  const done = emptied(outbox);

  await othersSent;
  const sentWith = calls.slice(0, 3).map((events) => events.filter(({ data }) => !isBad(data.name)).length);
  refuses = false;
  await done;

  expect(sentWith).toEqual([0, 100, 50]);
  expect(taken).toHaveLength(250);
});

it('an object of which one event was refused goes to the end with what came for it meanwhile', async () => {
  const outbox = createOutbox({
    backoff,
    sender: {
      async send(events) {
        order.push(events.map(({ data }) => `${data.name}${data.resourceVersion}`));
        const failed = order.length === 1 ? events.filter(({ data }) => data.name === 'bad') : [];
        if (order.length === 1) outbox.put(nodeNamed('bad'), eventOf('bad', 2));
        if (order.length === 1) outbox.put(nodeNamed('n'), eventOf('n', 2));
        const problems = failed.map((event) => ({ event, code: 'Busy', message: 'busy', senderFault: false }));
        return { sent: events.length - failed.length, failed, problems };
      },
    },
  });
  const order: string[][] = [];
  for (const name of ['bad', 'n']) outbox.put(nodeNamed(name), eventOf(name));

  await emptied(outbox);

  expect(order).toEqual([
    ['bad1', 'n1'],
    ['n2', 'bad2'],
  ]);
});

/** Sends some that are refused, and one that is not in each call; gives when the calls were, in milliseconds. */
async function callsAmongRefusals(count: number, waits: Parameters<typeof createOutbox>[0]['backoff']) {
  const times: number[] = [];
  const stop = new AbortController();
  const sender: EventSender = {
    async send(events) {
      await delay(1);
      times.push(performance.now());
      if (times.length === count) stop.abort();
      outbox.put(nodeNamed('good'), eventOf('good', times.length + 1));
      const failed = events.filter(({ data }) => isBad(data.name));
      const problems = failed.map((event) => ({ event, code: 'Throttled', message: 'slow down', senderFault: false }));
      return { sent: events.length - failed.length, failed, problems };
    },
  };
  const outbox = createOutbox({ sender, backoff: waits });
  for (let index = 0; index < 20; index += 1) outbox.put(nodeNamed(`bad${index}`), eventOf(`bad${index}`));
  outbox.put(nodeNamed('good'), eventOf('good'));
  await outbox.run(stop.signal);
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

it('each call with refusals waits longer than the one before', async () => {
  const between = await callsAmongRefusals(4, { firstMs: 20, largestMs: 10_000, random: () => 1 });

  // A timer may end a little before its time.
  for (const [index, atLeast] of [18, 38, 78].entries()) expect(between[index]).toBeGreaterThan(atLeast);
});

it('no call waits long as long as a part is taken', async () => {
  const between = await callsAmongRefusals(3, { firstMs: 3_600_000, largestMs: 3_600_000, random: () => 0.1 });

  for (const time of between) expect(time).toBeLessThan(10_000);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Cause } from '../events/event.ts';
import type { EventSender } from '../events/queues.ts';
import { createOutbox } from './outbox.ts';
import { backoff, emptied, eventOf, nodeNamed, queue } from './outbox-fixture.ts';

it('sends the newest event of an object and cause, and each cause by itself', async () => {
  const { sender, taken } = queue();
  const outbox = createOutbox({ sender, backoff });
  for (const version of [1, 2, 3]) outbox.put(nodeNamed('a'), eventOf('a', version));
  outbox.put(nodeNamed('a'), eventOf('a', 3, 'dependency'));
  outbox.put(nodeNamed('a'), eventOf('a', 3, 'resync'));
  outbox.put(nodeNamed('a'), eventOf('a', 3, 'resync', { force: true }));
  outbox.put(nodeNamed('b'), eventOf('b'));

  expect(outbox.size).toBe(5);
  await emptied(outbox);

  const sent = taken.map(({ data }) => `${data.name}${data.resourceVersion} ${data.cause}${data.force ? '!' : ''}`);
  expect(sent.toSorted()).toEqual(['a3 change', 'a3 dependency', 'a3 resync', 'a3 resync!', 'b1 change']);
  expect(outbox.size).toBe(0);
});

it('keeps an event that was replaced while the older one was on its way', async () => {
  const { promise: onItsWay, resolve: reached } = Promise.withResolvers<void>();
  const { promise: answer, resolve: release } = Promise.withResolvers<void>();
  const taken: string[] = [];
  const sender: EventSender = {
    async send(events) {
      taken.push(...events.map(({ data }) => data.resourceVersion));
      reached();
      await answer;
      return { sent: events.length, failed: [], problems: [] };
    },
  };
  const outbox = createOutbox({ sender, backoff });
  outbox.put(nodeNamed('a'), eventOf('a', 1));
  const done = emptied(outbox);
  await onItsWay;

  outbox.put(nodeNamed('a'), eventOf('a', 2));
  release();
  await done;

  expect(taken).toEqual(['1', '2']);
});

it('lets nothing go that was not taken, counts failures, and recovers', async () => {
  const { sender, taken, calls } = queue((_, call) => call > 5);
  const failures: number[] = [];
  const outbox = createOutbox({ sender, backoff, onProblems: () => failures.push(outbox.failures) });
  for (let index = 0; index < 250; index += 1) outbox.put(nodeNamed(`n${index}`), eventOf(`n${index}`));

  await emptied(outbox);

  expect(new Set(taken.map(({ data }) => data.name)).size).toBe(250);
  expect(taken).toHaveLength(250);
  expect(calls.length).toBe(8);
  expect(failures).toEqual([1, 2, 3, 4, 5]);
  expect(outbox.failures).toBe(0);
});

it('sends the others while one is refused for its own sake', async () => {
  let refuses = true;
  const { sender, taken } = queue(({ data }) => data.name !== 'bad' || !refuses);
  const { promise: othersSent, resolve } = Promise.withResolvers<void>();
  const outbox = createOutbox({ sender, backoff, onSent: () => taken.length === 300 && resolve() });
  outbox.put(nodeNamed('bad'), eventOf('bad'));
  for (let index = 0; index < 300; index += 1) outbox.put(nodeNamed(`n${index}`), eventOf(`n${index}`));
  const done = emptied(outbox);

  await othersSent;
  expect(outbox.size).toBe(1);
  expect(outbox.isPending(nodeNamed('bad'))).toBe(true);
  refuses = false;
  await done;

  expect(taken.at(-1)?.data.name).toBe('bad');
});

it('treats a sender that throws as a queue that takes nothing', async () => {
  const inner = queue();
  let throws = 2;
  const problems: string[] = [];
  const outbox = createOutbox({
    backoff,
    onProblems: (found) => problems.push(...found.map(({ code }) => code)),
    sender: {
      async send(events) {
        throws -= 1;
        if (throws >= 0) throw new RangeError('broken');
        return inner.sender.send(events);
      },
    },
  });
  outbox.put(nodeNamed('a'), eventOf('a'));

  await emptied(outbox);

  expect(problems).toEqual(['RangeError', 'RangeError']);
  expect(inner.taken).toHaveLength(1);
});

it('ends a long backoff when it is to be emptied', async () => {
  let open = false;
  const { sender, taken } = queue(() => open);
  const { promise: failed, resolve } = Promise.withResolvers<void>();
  // An hour each time: without an end to the backoff this test would not end.
  const outbox = createOutbox({
    sender,
    backoff: { firstMs: 3_600_000, largestMs: 3_600_000, random: () => 1 },
    onProblems: () => resolve(),
  });
  const stop = new AbortController();
  const running = outbox.run(stop.signal);
  outbox.put(nodeNamed('a'), eventOf('a'));
  await failed;

  open = true;
  await outbox.emptied(stop.signal);

  expect(taken).toHaveLength(1);
  stop.abort();
  await running;
});

it('stops waiting to be emptied when the signal says so', async () => {
  const { sender } = queue(() => false);
  const outbox = createOutbox({ sender, backoff });
  outbox.put(nodeNamed('a'), eventOf('a'));
  const stop = new AbortController();
  const running = outbox.run(stop.signal);
  const waiting = outbox.emptied(stop.signal);

  stop.abort();
  await Promise.all([waiting, running]);

  expect(outbox.size).toBe(1);
});

it('holds no more than objects times causes, and nothing of what is gone', () => {
  const change = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    cause: fc.constantFrom<Cause[]>('change', 'dependency', 'resync'),
    gone: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const outbox = createOutbox({ sender: queue().sender, backoff });
      const expected = new Set<string>();
      for (const { name, cause, gone } of changes) {
        if (gone) {
          outbox.drop(nodeNamed(name));
          for (const key of expected) if (key.startsWith(name)) expected.delete(key);
        } else {
          outbox.put(nodeNamed(name), eventOf(name, 1, cause));
          expected.add(`${name}${cause}`);
        }
        expect(outbox.size).toBe(expected.size);
        expect(outbox.isPending(nodeNamed(name))).toBe([...expected].some((key) => key.startsWith(name)));
      }
    }),
  );
});

it('sends at once after a silence, and what comes right after a call together', async () => {
  const { sender, calls } = queue();
  const stop = new AbortController();
  const first = Promise.withResolvers<void>();
  const outbox = createOutbox({ sender, backoff, onSent: () => first.resolve() });
  const running = outbox.run(stop.signal);
  outbox.put(nodeNamed('a'), eventOf('a'));
  await first.promise;
  for (const name of ['b', 'c', 'd']) outbox.put(nodeNamed(name), eventOf(name));
  await outbox.emptied(stop.signal);
  stop.abort();
  await running;

  expect(calls.map((events) => events.length)).toEqual([1, 3]);
});

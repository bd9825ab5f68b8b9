import { describe, expect, it } from 'vitest';
import { KonnectError, Retry } from '../engine/errors.ts';
import type { Log } from '../engine/ports.ts';
import type { Verdict } from '../engine/verdict.ts';
import { type BatchPorts, handleBatch, reserveMilliseconds } from './batch.ts';
import type { DeadLetterReason } from './dead-letters.ts';
import { messageGroupId, type ObjectEventData, objectEvent } from './event.ts';
import { createFirstErrors } from './first-errors.ts';
import type { QueueRecord } from './record.ts';

const time = new Date('2026-03-01T12:00:00Z');

function dataOf(name: string, some: Partial<ObjectEventData> = {}): ObjectEventData {
  const base = { cluster: 'blue', group: 'g', version: 'v1', kind: 'Shop', namespace: 'team', uid: `uid-${name}` };
  return { ...base, name, generation: 1, resourceVersion: '1', cause: 'change', ...some };
}

let sent = 0;
function record(data: ObjectEventData, received = 1): QueueRecord {
  sent += 1;
  return {
    messageId: `m${sent}`,
    receiptHandle: `r${sent}`,
    body: JSON.stringify(objectEvent(data, time)),
    attributes: { ApproximateReceiveCount: String(received), MessageGroupId: messageGroupId(data) },
  };
}

function broken(body: string, group = 'g1'): QueueRecord {
  sent += 1;
  const attributes = { ApproximateReceiveCount: '1', MessageGroupId: group };
  return { messageId: `m${sent}`, receiptHandle: `r${sent}`, body, attributes };
}

interface Kept {
  readonly id: string;
  readonly reason: DeadLetterReason;
}

/** Ports that remember, with a reconcile that answers by the object's name. */
function createPorts(verdicts: Readonly<Record<string, Verdict | Error>>, some: Partial<BatchPorts> = {}) {
  const looked: ObjectEventData[] = [];
  const kept: Kept[] = [];
  const delays: Record<string, number> = {};
  const lines: string[] = [];
  const line = (message: string): void => void lines.push(message);
  const log: Log = { debug: line, info: line, warn: line, error: line };
  const ports: BatchPorts = {
    async reconcile(event) {
      looked.push(event);
      const verdict = verdicts[event.name] ?? { is: 'done' };
      if (verdict instanceof Error) throw verdict;
      return verdict;
    },
    deadLetters: { keep: async ({ messageId }, reason) => void kept.push({ id: messageId, reason }) },
    delay: async ({ messageId }, seconds) => {
      delays[messageId] = seconds;
    },
    firstErrors: createFirstErrors(),
    remaining: () => 900_000,
    functionName: 'reconcile-test',
    clock: { now: () => time },
    log,
    random: () => 0.5,
    ...some,
  };
  return { ports, looked, kept, delays, lines };
}

const retry = { is: 'retry', message: 'Konnect is away' } as const;

describe('handleBatch', () => {
  it.each([
    { reason: 'done is acknowledged', verdict: { is: 'done' } as const },
    {
      reason: 'what waits is acknowledged: its reference wakes it',
      verdict: { is: 'wait', message: 'for x' } as const,
    },
    { reason: 'what only a person can help is acknowledged', verdict: { is: 'terminal', message: 'no' } as const },
  ])('$reason', async ({ verdict }) => {
    const { ports, kept, delays } = createPorts({ one: verdict });

    expect(await handleBatch([record(dataOf('one'))], ports)).toEqual([]);

    expect(kept).toEqual([]);
    expect(delays).toEqual({});
  });

  it('one event that is none, of an object with others, is a dead letter alone', async () => {
    const [bad, good] = [record(dataOf('one', { kind: 'Wrong' })), record(dataOf('one'))];
    const reconcile: BatchPorts['reconcile'] = async (event) =>
      event.orphanIn === undefined ? { is: 'done' } : { is: 'malformed', message: 'no such thing' };
    const lost = record(dataOf('one', { orphanIn: { name: 'cp' } }));
    const { ports, kept } = createPorts({}, { reconcile });

    expect(await handleBatch([lost, good, bad], ports)).toEqual([]);

    expect(kept.map(({ id }) => id)).toEqual([lost.messageId]);
  });

  it('T43 one object in trouble is not the trouble of the others', async () => {
    const [bad, good, thrown] = [record(dataOf('bad')), record(dataOf('good')), record(dataOf('thrown'))];
    const { ports, looked } = createPorts({ bad: retry, thrown: new TypeError('a defect') });

    expect(await handleBatch([bad, good, thrown], ports)).toEqual([bad.messageId, thrown.messageId]);

    expect(looked).toHaveLength(3);
  });

  it('hides a message for the time that was asked for, or for a growing one', async () => {
    const [asked, grown] = [record(dataOf('asked')), record(dataOf('grown'), 4)];
    const { ports, delays } = createPorts({ asked: { ...retry, afterSeconds: 40 }, grown: retry });

    await handleBatch([asked, grown], ports);

    expect(delays).toEqual({ [asked.messageId]: 42, [grown.messageId]: 18 });
  });

  it('an error of Konnect that a reconcile throws has its own verdict', async () => {
    const limited = new KonnectError('slow down', { failure: 'rate-limited', retryAfterSeconds: 100 });
    const one = record(dataOf('one'));
    const { ports, delays } = createPorts({ one: limited });

    await handleBatch([one], ports);

    expect(delays[one.messageId]).toBeGreaterThanOrEqual(100);
  });

  it('looks once at an object that has several events, as closely as any of them asks', async () => {
    const events = [
      record(dataOf('one', { cause: 'drift', origin: 'run-1' })),
      record(dataOf('one', { cause: 'dependency', origin: 'ref/1', resourceVersion: '2' })),
      record(dataOf('one', { resourceVersion: '3' })),
    ];
    const { ports, looked } = createPorts({});

    expect(await handleBatch(events, ports)).toEqual([]);

    expect(looked).toMatchObject([{ resourceVersion: '3', cause: 'dependency', force: true }]);
  });

  it('a plain change stays a plain change', async () => {
    const { ports, looked } = createPorts({});

    await handleBatch([record(dataOf('one')), record(dataOf('one', { resourceVersion: '2' }))], ports);

    expect(looked).toEqual([dataOf('one', { resourceVersion: '2' })]);
  });

  it('returns all events of an object together, so that their order stays', async () => {
    const events = [record(dataOf('one')), record(dataOf('one', { resourceVersion: '2' }))];
    const { ports } = createPorts({ one: retry });

    expect(await handleBatch(events, ports)).toEqual(events.map(({ messageId }) => messageId));
  });

  it('T38 gives up after ten tries, with the reason', async () => {
    const [last, young] = [record(dataOf('one'), 10), record(dataOf('one', { resourceVersion: '2' }), 9)];
    const { ports, kept } = createPorts({ one: retry });

    expect(await handleBatch([last, young], ports)).toEqual([young.messageId]);

    expect(kept).toEqual([
      {
        id: last.messageId,
        reason: {
          verdict: 'retry',
          reason: 'Konnect is away',
          firstError: { message: 'Konnect is away', at: time.toISOString(), from: 'last' },
          functionName: 'reconcile-test',
          gaveUpAt: time,
          subject: 'g/Shop/team/one',
        },
      },
    ]);
  });

  it('tells the first error of a message beside the last one', async () => {
    const verdicts: Record<string, Verdict> = { one: { is: 'retry', message: 'no such host' } };
    const { ports, kept } = createPorts(verdicts);
    const first = record(dataOf('one'));
    await handleBatch([first], ports);
    verdicts['one'] = retry;

    await handleBatch([{ ...first, attributes: { ...first.attributes, ApproximateReceiveCount: '10' } }], ports);

    expect(kept).toMatchObject([
      { reason: { reason: 'Konnect is away', firstError: { message: 'no such host', from: 'memory' } } },
    ]);
  });

  it('a success in between ends what is remembered', async () => {
    const verdicts: Record<string, Verdict> = { one: { is: 'retry', message: 'no such host' } };
    const { ports, kept } = createPorts(verdicts);
    const first = record(dataOf('one'));
    await handleBatch([first], ports);
    verdicts['one'] = { is: 'done' };
    await handleBatch([first], ports);
    verdicts['one'] = retry;

    await handleBatch([{ ...first, attributes: { ...first.attributes, ApproximateReceiveCount: '10' } }], ports);

    expect(kept).toMatchObject([{ reason: { firstError: { message: 'Konnect is away', from: 'last' } } }]);
  });

  it('where it failed elsewhere before, its condition said why', async () => {
    const before = { message: 'no such host', since: '2026-03-01T11:00:00Z' };
    const { ports, kept } = createPorts({ one: { ...retry, before } });

    await handleBatch([record(dataOf('one'), 10)], ports);

    expect(kept).toMatchObject([
      { reason: { firstError: { message: 'no such host', at: '2026-03-01T11:00:00Z', from: 'condition' } } },
    ]);
  });

  it('what a condition said before the first try was about something else', async () => {
    const before = { message: 'an older trouble', since: '2026-03-01T11:00:00Z' };
    const { ports } = createPorts({ one: { ...retry, before } });
    const one = record(dataOf('one'));

    await handleBatch([one], ports);

    expect(ports.firstErrors.of(one.messageId)).toMatchObject({ message: 'Konnect is away', from: 'memory' });
  });

  it('keeps a message that is no event at once, and does the work behind it', async () => {
    const [bad, good] = [broken('{"token":"kpat_secret"}', 'g1'), record(dataOf('one'))];
    const { ports, kept, lines } = createPorts({});

    expect(
      await handleBatch([bad, { ...good, attributes: { ...good.attributes, MessageGroupId: 'g1' } }], ports),
    ).toEqual([]);

    expect(kept).toMatchObject([{ id: bad.messageId, reason: { verdict: 'malformed' } }]);
    expect(kept[0]?.reason).not.toHaveProperty('subject');
    expect(JSON.stringify([kept, lines])).not.toContain('kpat_secret');
  });

  it('keeps an event that a reconcile calls malformed, naming its object', async () => {
    const { ports, kept } = createPorts({ one: { is: 'malformed', message: 'no such kind' } });

    expect(await handleBatch([record(dataOf('one'))], ports)).toEqual([]);

    expect(kept).toMatchObject([
      { reason: { verdict: 'malformed', reason: 'no such kind', subject: 'g/Shop/team/one' } },
    ]);
  });

  it('keeps a message on its queue that could not become a dead letter', async () => {
    const bad = broken('{');
    const deadLetters = { keep: async () => Promise.reject(new Error('SQS is away')) };
    const { ports } = createPorts({}, { deadLetters });

    expect(await handleBatch([bad], ports)).toEqual([bad.messageId]);
  });

  it('keeps a message on its queue that could not be hidden', async () => {
    const one = record(dataOf('one'));
    const { ports } = createPorts({ one: retry }, { delay: async () => Promise.reject(new Error('SQS is away')) });

    expect(await handleBatch([one], ports)).toEqual([one.messageId]);
  });

  it('begins nothing that could not end in time, and gives it back at once', async () => {
    const one = record(dataOf('one'));
    const { ports, looked, delays } = createPorts({}, { remaining: () => reserveMilliseconds - 1 });

    expect(await handleBatch([one], ports)).toEqual([one.messageId]);

    expect(looked).toEqual([]);
    expect(delays).toEqual({ [one.messageId]: 0 });
  });

  it('works on objects side by side, and on one object never', async () => {
    let active = 0;
    let most = 0;
    const arrived = Promise.withResolvers<void>();
    const { ports } = createPorts(
      {},
      {
        async reconcile() {
          active += 1;
          most = Math.max(most, active);
          if (active === 2) arrived.resolve();
          await arrived.promise;
          active -= 1;
          return { is: 'done' };
        },
      },
    );

    await handleBatch([record(dataOf('one')), record(dataOf('one')), record(dataOf('two'))], ports);

    expect(most).toBe(2);
  });

  it('a mixed group is several objects, each with its own end', async () => {
    const [one, two] = [record(dataOf('one')), record(dataOf('two'))];
    const mixed = [one, two].map((each) => ({ ...each, attributes: { ...each.attributes, MessageGroupId: 'mixed' } }));
    const { ports, looked } = createPorts({ one: new Retry('later') });

    expect(await handleBatch(mixed, ports)).toEqual([one.messageId]);

    expect(looked.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('an empty batch is nothing to do', async () => {
    expect(await handleBatch([], createPorts({}).ports)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { KonnectError, Retry } from '../engine/errors.ts';
import { type BatchPorts, handleBatch, reserveMilliseconds } from './batch.ts';
import { createPorts, dataOf, record, retry } from './batch-fixture.ts';

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

  it('removes all that objects of one name left, each for itself, and then looks at the one that is there', async () => {
    const [here, there] = [{ orphanIn: { name: 'here' } }, { orphanIn: { name: 'there' } }];
    const events = [
      dataOf('one', { uid: 'third', resourceVersion: '2' }),
      dataOf('one', { uid: 'first', ...here }),
      dataOf('one', { uid: 'second', ...here }),
      dataOf('one', { uid: 'second', ...there }),
      dataOf('one', { uid: 'second', ...there, resourceVersion: '2' }),
      dataOf('one', { uid: 'third', resourceVersion: '3' }),
    ];
    const { ports, looked } = createPorts({});

    expect(
      await handleBatch(
        events.map((data) => record(data)),
        ports,
      ),
    ).toEqual([]);

    expect(looked).toEqual([1, 2, 4, 5].map((index) => events[index]));
  });

  it('tries again what could not be removed, and nothing else', async () => {
    const [gone, other] = ['first', 'second'].map((uid) => record(dataOf('one', { uid, orphanIn: { name: 'cp' } })));
    const records = [gone, other, record(dataOf('one'))].filter((one) => one !== undefined);
    const reconcile: BatchPorts['reconcile'] = async ({ uid }) => (uid === 'first' ? retry : { is: 'done' });

    expect(await handleBatch(records, createPorts({}, { reconcile }).ports)).toEqual([gone?.messageId]);
  });

  it('returns all events of an object together, so that their order stays', async () => {
    const events = [record(dataOf('one')), record(dataOf('one', { resourceVersion: '2' }))];
    const { ports } = createPorts({ one: retry });

    expect(await handleBatch(events, ports)).toEqual(events.map(({ messageId }) => messageId));
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

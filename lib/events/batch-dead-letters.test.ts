import { describe, expect, it } from 'vitest';
import type { Verdict } from '../engine/verdict.ts';
import { handleBatch } from './batch.ts';
import { broken, createPorts, dataOf, record, retry, time } from './batch-fixture.ts';

describe('handleBatch', () => {
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
});

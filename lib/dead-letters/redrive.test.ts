import { describe, expect, it } from 'vitest';
import { isRecord } from '../engine/objects.ts';
import { createEventSender } from '../events/queues.ts';
import type { Lane } from '../kinds/define.ts';
import { discardLetters } from './discard.ts';
import { bodyOf, dataOf, idsIn, isFree, type Museum, optionsOf, startMuseum } from './fixture.ts';
import { redriveLetters } from './redrive.ts';
import type { Selection } from './selection.ts';
import type { Outcome } from './visit.ts';

const kindLanes = new Map<string, Lane>([
  ['Hall', 'entity'],
  ['Museum', 'control-plane'],
]);

async function redrive(museum: Museum, selection: Selection = {}, run = 'run-1') {
  const outcomes: Outcome[] = [];
  const queueUrls = Object.fromEntries(museum.lanes.map(({ lane, queueUrl }) => [lane, queueUrl])) as Record<
    Lane,
    string
  >;
  const laneOf = (kind: string) => kindLanes.get(kind);
  const sender = createEventSender({ client: museum.client, queueUrls, laneOf });
  const clock = { now: () => new Date('2026-03-02T12:00:00Z') };
  const done = await redriveLetters({ ...optionsOf(museum, selection), run, sender, clock }, (one) =>
    outcomes.push(one),
  );
  return { ...done, problems: outcomes.flatMap(({ problem }) => problem ?? []) };
}

describe('a redrive', () => {
  it('sends the event again under a new name, and only then deletes the dead letter', async () => {
    await using museum = await startMuseum();
    const data = dataOf('Hall', 'east');
    await museum.keep('entity', bodyOf(data));

    expect(await redrive(museum)).toMatchObject({ done: 1, failed: 0, unseen: 0, problems: [] });

    expect(museum.dead('entity')).toEqual([]);
    const [message, ...others] = museum.waiting('entity');
    expect(others).toEqual([]);
    expect(message?.deduplicationId).toBe('uid-of-east/1/replay/run-1');
    expect(message?.groupId).toBe('blue/museum.example/Hall/team/east');
    expect(dataIn(message?.body)).toEqual({ ...data, cause: 'replay', origin: 'run-1' });
  });

  it.each(['drift', 'dependency'] as const)('looks as closely as a %s did', async (cause) => {
    await using museum = await startMuseum();
    await museum.keep('entity', bodyOf(dataOf('Hall', 'east', { cause, origin: 'x' })));

    await redrive(museum);

    expect(dataIn(museum.waiting('entity')[0]?.body)).toMatchObject({ cause: 'replay', force: true, origin: 'run-1' });
  });

  it('is taken by SQS also where one was sent just before', async () => {
    await using museum = await startMuseum();
    for (const run of ['run-1', 'run-2']) {
      await museum.keep('entity', bodyOf(dataOf('Hall', 'east')));
      await redrive(museum, {}, run);
    }

    expect(museum.waiting('entity')).toHaveLength(2);
  });

  it('leaves what is no event, or of no kind, and says so', async () => {
    await using museum = await startMuseum();
    await museum.keep('entity', '{"token":"kpat_secret"');
    await museum.keep('entity', bodyOf(dataOf('Teapot', 'brown')));

    const { done, failed, problems } = await redrive(museum);

    expect({ done, failed }).toEqual({ done: 0, failed: 2 });
    expect([...problems].sort()).toEqual([
      'its body is no event, so it can not be sent again',
      'not sent: UnknownKind: no queue serves the kind "Teapot"',
    ]);
    expect(museum.dead('entity')).toHaveLength(2);
    expect(isFree(museum)).toBe(true);
  });

  it("sends what came to the wrong lane to its kind's", async () => {
    await using museum = await startMuseum();
    await museum.keep('entity', bodyOf(dataOf('Museum', 'louvre')));

    await redrive(museum);

    expect(museum.waiting('control-plane')).toHaveLength(1);
  });

  it('keeps a dead letter whose event SQS does not take', async () => {
    await using museum = await startMuseum();
    await museum.keep('entity', bodyOf(dataOf('Hall', 'east')));
    museum.queues.setFault(({ operation }) =>
      operation === 'SendMessageBatch' ? { status: 503, code: 'ServiceUnavailable' } : undefined,
    );

    const { done, problems } = await redrive(museum);

    expect({ done, problems }).toEqual({
      done: 0,
      problems: [expect.stringContaining('not sent: ServiceUnavailable')],
    });
    expect(museum.dead('entity')).toHaveLength(1);
    expect(isFree(museum)).toBe(true);
  });

  it('says so where the dead letter can not be deleted after its event was sent', async () => {
    await using museum = await startMuseum();
    await museum.keep('entity', bodyOf(dataOf('Hall', 'east')));
    museum.queues.setFault(({ operation }) =>
      operation === 'DeleteMessageBatch' ? { status: 403, code: 'AccessDenied' } : undefined,
    );

    const { done, problems } = await redrive(museum);

    expect({ done, problems }).toEqual({
      done: 0,
      problems: [expect.stringMatching(/^sent again, but not deleted: /)],
    });
    expect(museum.waiting('entity')).toHaveLength(1);
  });

  it('comes to those behind the first ten of an object, as these are gone', async () => {
    await using museum = await startMuseum();
    for (let n = 0; n < 13; n += 1) {
      await museum.keep('entity', bodyOf(dataOf('Hall', 'east', { resourceVersion: String(n) })), {}, 'one-group');
    }

    expect(await redrive(museum)).toMatchObject({ done: 13, unseen: 0 });

    expect(museum.waiting('entity')).toHaveLength(13);
  });

  it('takes those of the selection only, and says which ids are of nobody', async () => {
    await using museum = await startMuseum();
    await museum.keep('entity', bodyOf(dataOf('Hall', 'east')));
    await museum.keep('entity', bodyOf(dataOf('Hall', 'west')));
    const [id = ''] = idsIn(museum);

    expect(await redrive(museum, { ids: [id, 'nobody'] })).toMatchObject({ done: 1, missing: ['nobody'] });

    expect(museum.dead('entity')).toHaveLength(1);
  });
});

describe('discarding', () => {
  it('deletes the selected dead letters, and sends nothing', async () => {
    await using museum = await startMuseum();
    await museum.keep('entity', bodyOf(dataOf('Hall', 'east')));
    await museum.keep('entity', '{"half', { reason: 'not an event' });
    const outcomes: Outcome[] = [];

    const done = await discardLetters(optionsOf(museum, { reason: 'not an event' }), (one) => outcomes.push(one));

    expect(done).toMatchObject({ done: 1, failed: 0, selected: 1 });
    expect(outcomes).toMatchObject([{ letter: { reason: 'not an event' } }]);
    expect(museum.dead('entity').map(({ body }) => body)).toEqual([bodyOf(dataOf('Hall', 'east'))]);
    expect(museum.waiting('entity')).toEqual([]);
  });
});

function dataIn(body = '{}'): unknown {
  const event: unknown = JSON.parse(body);
  return isRecord(event) ? event['data'] : undefined;
}

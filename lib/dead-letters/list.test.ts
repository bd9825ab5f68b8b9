import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { bodyOf, dataOf, idsIn, isFree, maxReceiveCount, optionsOf, startMuseum } from './fixture.ts';
import { findLetter, listLetters } from './list.ts';
import type { Selection } from './selection.ts';

describe('a list of dead letters', () => {
  it('tells each of every lane, and leaves all where they are', async () => {
    await using museum = await startMuseum();
    await museum.keep('entity', bodyOf(dataOf('Hall', 'east')));
    await museum.keep('auth', '{"half', { verdict: 'malformed', reason: 'not an event' });

    const { letters, unseen, selected } = await listLetters(optionsOf(museum));

    expect({ unseen, selected }).toEqual({ unseen: 0, selected: 2 });
    expect(letters).toEqual([
      expect.objectContaining({ lane: 'auth', verdict: 'malformed', reason: 'not an event' }),
      {
        id: idsIn(museum)[0],
        lane: 'entity',
        verdict: 'retry',
        reason: 'Konnect is away',
        firstError: { message: 'no such host', at: '2026-03-01T11:00:00.000Z', from: 'memory' },
        attempts: 10,
        functionName: 'reconcile-entity',
        gaveUpAt: '2026-03-01T12:00:00.000Z',
        object: { cluster: 'blue', kind: 'Hall', namespace: 'team', name: 'east' },
      },
    ]);
    expect(letters[0]).not.toHaveProperty('object');
    expect(isFree(museum)).toBe(true);
  });

  it('tells of what SQS moved by itself', async () => {
    await using museum = await startMuseum();
    await museum.bury('entity', dataOf('Hall', 'east'));

    const { letters } = await listLetters(optionsOf(museum));

    expect(letters).toEqual([
      expect.objectContaining({
        verdict: 'unanswered',
        attempts: maxReceiveCount,
        reason: "SQS moved it after 12 receives without an answer of the function: see the function's log",
        object: expect.objectContaining({ name: 'east' }),
      }),
    ]);
  });

  it('holds more than one receive gives, and says how many stand behind those of their object', async () => {
    await using museum = await startMuseum();
    for (let n = 0; n < 25; n += 1) await museum.keep('entity', bodyOf(dataOf('Hall', `hall-${n}`)));
    for (let n = 0; n < 13; n += 1) await museum.keep('entity', bodyOf(dataOf('Hall', 'east')), {}, 'one-group');

    const { letters, unseen } = await listLetters(optionsOf(museum));

    expect(letters.length + unseen).toBe(38);
    expect(unseen).toBeGreaterThanOrEqual(3);
    expect(isFree(museum)).toBe(true);
  });

  it('says what somebody else holds', async () => {
    await using museum = await startMuseum();
    await museum.keep('entity', bodyOf(dataOf('Hall', 'east')));
    const url = museum.lanes.find(({ lane }) => lane === 'entity')?.deadLetterUrl;
    await museum.client.send(new ReceiveMessageCommand({ QueueUrl: url }));

    expect(await listLetters(optionsOf(museum))).toMatchObject({ letters: [], unseen: 1 });
  });

  it('ends where it would hold too many', async () => {
    await using museum = await startMuseum();
    for (let n = 0; n < 25; n += 1) await museum.keep('entity', bodyOf(dataOf('Hall', `hall-${n}`)));

    const { letters, unseen } = await listLetters({ ...optionsOf(museum), most: 20 });

    expect({ seen: letters.length, unseen }).toEqual({ seen: 20, unseen: 5 });
  });

  it('gives everything back when it is stopped, or SQS fails in between', async () => {
    await using museum = await startMuseum();
    for (let n = 0; n < 25; n += 1) await museum.keep('entity', bodyOf(dataOf('Hall', `hall-${n}`)));
    const entity = museum.lanes.filter(({ lane }) => lane === 'entity');
    let receives = 0;
    museum.queues.setFault(({ operation }) => {
      receives += operation === 'ReceiveMessage' ? 1 : 0;
      return operation === 'ReceiveMessage' && receives === 2 ? { status: 500, code: 'InternalError' } : undefined;
    });

    await expect(listLetters({ ...optionsOf(museum), lanes: entity })).rejects.toThrow();

    expect(isFree(museum)).toBe(true);
    const signal = AbortSignal.abort();
    await expect(listLetters({ ...optionsOf(museum), lanes: entity, signal })).rejects.toThrow();
  });

  it('says so where SQS does not take them back', async () => {
    await using museum = await startMuseum();
    await museum.keep('entity', bodyOf(dataOf('Hall', 'east')));
    museum.queues.setFault(({ operation }) =>
      operation === 'ChangeMessageVisibilityBatch' ? { status: 500, code: 'InternalError' } : undefined,
    );
    const told: string[] = [];

    const { letters } = await listLetters({ ...optionsOf(museum), tell: (text) => told.push(text) });

    expect(letters).toHaveLength(1);
    expect(told).toEqual(['1 dead letters of entity stay hidden for up to 5 minutes: they were not given back']);
  });

  it.each<{ selection: Selection; names: readonly string[] }>([
    { selection: { kind: 'hall' }, names: ['east', 'west'] },
    { selection: { reason: 'TAKEN' }, names: ['west'] },
    { selection: { reason: 'no such host' }, names: ['east', 'louvre'] },
    { selection: { lanes: ['control-plane'] }, names: ['louvre'] },
    { selection: { kind: 'Hall', lanes: ['control-plane'] }, names: [] },
  ])('can be narrowed down to $selection', async ({ selection, names }) => {
    await using museum = await startMuseum();
    const firstError = { message: 'taken', at: '2026-03-01T11:00:00.000Z', from: 'last' } as const;
    await museum.keep('entity', bodyOf(dataOf('Hall', 'east')));
    await museum.keep('entity', bodyOf(dataOf('Hall', 'west')), { reason: 'the name is taken', firstError });
    await museum.keep('control-plane', bodyOf(dataOf('Museum', 'louvre')));

    const { letters } = await listLetters(optionsOf(museum, selection));

    expect(letters.map(({ object }) => object?.name).sort()).toEqual([...names].sort());
  });

  it('finds one by its id, with its body', async () => {
    await using museum = await startMuseum();
    const body = await museum.keep('entity', bodyOf(dataOf('Hall', 'east')));
    const [id = ''] = idsIn(museum);

    expect(await findLetter(optionsOf(museum), id)).toMatchObject({ held: { body, letter: { id } } });
    expect(await findLetter(optionsOf(museum), 'nobody')).not.toHaveProperty('held');
    expect(isFree(museum)).toBe(true);
  });
});

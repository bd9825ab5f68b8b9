import { describe, expect, it } from 'vitest';
import { Sensitive } from '../sensitive.ts';
import { type EntityMapping, entityController } from './entity.ts';
import { toEntity } from './entity-calls.ts';
import { KonnectError } from './errors.ts';
import { inSync } from './in-sync.ts';
import { accountAnnotation, finalizer } from './names.ts';
import type { KonnectCall } from './ports.ts';
import { createReport } from './report.ts';
import type { Run } from './run.ts';

/* An entity whose id Konnect assigns, where Konnect answers as it seldom does. */

type Fields = Readonly<Record<string, unknown>>;

const mapping: EntityMapping = {
  collection: '/shops',
  ownedBy: (uid) => ({ owner: uid }),
  sameName: ({ name }) => ({ name: String(name) }),
  payload: () => ({ name: 'shop', size: 1 }),
  changes: ({ size }) => ({ size }),
  difference: ({ size }, entity) =>
    size === entity['size'] ? [] : [{ path: 'size', desired: size, observed: entity['size'] }],
  frozen: (_, entity) => (entity['frozen'] === true ? 'it can not be thawed' : undefined),
  ownerUid: ({ owner }) => (typeof owner === 'string' ? owner : undefined),
  status: () => ({}),
};
const ours = { id: 'e', owner: 'u', name: 'shop', size: 1 };
const theirs = { ...ours, id: 'f', owner: 'v' };
const refused = (failure: KonnectError['failure']) => new KonnectError(failure, { failure });
const programmed = { conditions: [{ type: 'Programmed', status: 'True', observedGeneration: 3 }] };

interface World {
  readonly status?: Fields;
  readonly cause?: string;
  readonly mirrored?: string;
  /** Answers by method. A look for the unique name finds `named`, one for the uid `listed`, whatever the filter says. */
  readonly answers?: Fields;
  readonly listed?: readonly Fields[];
  readonly named?: readonly Fields[];
}

function start({ status = {}, cause = 'change', mirrored, answers = {}, listed = [], named = [] }: World) {
  const calls: string[] = [];
  const logs: unknown[] = [];
  const differs: unknown[] = [];
  const konnect = {
    async call(_: unknown, { method, path }: KonnectCall) {
      calls.push(`${method} ${path}`);
      const answer = answers[method] ?? refused('not-found');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    async *list(_: unknown, { query }: Pick<KonnectCall, 'query'>) {
      calls.push(`LIST ${JSON.stringify(query)}`);
      yield* query?.['name'] === undefined ? listed : named;
    },
  };
  const annotations = { [accountAnnotation]: 'team/auth' };
  const names = { name: 'one', namespace: 'team', uid: 'u', resourceVersion: '1', generation: 3 };
  const run = {
    kind: { resource: { group: 'g', version: 'v1', kind: 'Shop' }, refs: [], mainCondition: 'Programmed' },
    cluster: { name: 'blue' },
    cause,
    konnect,
    tokens: { read: async () => ({ token: new Sensitive('t'), serverURL: 's', organizationId: 'o', checkedAt: '' }) },
    report: createReport(),
    log: { info: () => undefined, warn: (...line: readonly unknown[]) => void logs.push(line) },
    differs: (...difference: readonly unknown[]) => void differs.push(difference),
    object: { kind: 'Shop', metadata: { ...names, annotations, finalizers: [finalizer] }, spec: {}, status },
  } as unknown as Run;
  const { converge, release } = entityController(
    mirrored === undefined ? mapping : { ...mapping, mirrored: () => mirrored },
  );
  return { run, calls, logs, differs, converge: () => converge(run), release: () => release(run) };
}

const look = 'LIST {"owner":"u"}';

describe('an entity', () => {
  it('that is as it should be is told with its place', async () => {
    const { converge, calls, run } = start({ listed: [ours] });
    await converge();

    expect(calls).toEqual([look]);
    expect(run.report.fields).toEqual({ id: 'e', organizationID: 'o', serverURL: 's' });
    expect(run.report.facts).toContainEqual(inSync);
    expect(run.report.facts).toContainEqual({ type: 'Programmed', status: 'True', reason: 'Programmed', message: '' });
  });

  it('that is programmed is left alone, also where what it needs has changed', async () => {
    const { converge, calls } = start({ status: { ...programmed, id: 'e' }, cause: 'dependency' });
    await converge();
    expect(calls).toEqual([]);
  });

  it('whose id is not known is looked for, whatever the condition says', async () => {
    const { converge, calls } = start({ status: programmed, listed: [ours] });
    await converge();
    expect(calls).toEqual([look]);
  });

  it('that differs is told before it is changed', async () => {
    const { converge, calls, differs } = start({ listed: [{ ...ours, size: 2 }], answers: { PATCH: ours } });
    await converge();

    expect(calls).toEqual([look, 'PATCH /shops/e']);
    expect(differs).toEqual([['e', [{ path: 'size', desired: 1, observed: 2 }]]]);
  });

  it('of another is not ours, whatever the list says', async () => {
    const { converge, calls } = start({ listed: [theirs], answers: { POST: ours } });
    await converge();
    expect(calls).toEqual([look, 'POST /shops']);
  });

  it.each([
    { what: 'frozen', entity: { ...ours, frozen: true }, reason: undefined, message: /^it can not be thawed$/ },
    { what: 'of another', entity: theirs, reason: 'OwnershipConflict', message: /uid v/ },
  ])('$what under the recorded id is refused, for reason $reason', async ({ entity, reason, message }) => {
    const { converge } = start({ status: { id: entity.id }, answers: { GET: entity } });
    await expect(converge()).rejects.toMatchObject({
      name: 'Terminal',
      reason,
      message: expect.stringMatching(message),
    });
  });
});

describe('a name that is taken', () => {
  const taken = refused('unique-violation');

  it.each([
    { by: 'nobody by now is tried again', named: [], thrown: { name: 'Retry', message: /^unique-violation; nobody/ } },
    {
      by: 'another is told with its owner',
      named: [theirs],
      thrown: {
        name: 'Terminal',
        message: /^unique-violation; the entity f in Konnect .* uid v/,
      },
    },
  ])('by $by', async ({ named, thrown: { name, message } }) => {
    const { converge } = start({ named, answers: { POST: taken } });
    await expect(converge()).rejects.toMatchObject({ name, message: expect.stringMatching(message), cause: taken });
  });
});

describe('a deletion', () => {
  it.each([
    { what: 'of what an object only stands for', world: { mirrored: 'e', listed: [ours] }, calls: [] },
    { what: 'of what somebody deleted meanwhile', world: { listed: [ours] }, calls: [look, 'DELETE /shops/e'] },
  ])('$what is done', async ({ world, calls: expected }) => {
    const { release, calls } = start(world);
    await release();
    expect(calls).toEqual(expected);
  });

  it('leaves what is not ours, and says so', async () => {
    const { release, calls, logs } = start({ status: { id: 'f' }, answers: { GET: theirs } });
    await release();

    expect(calls).toEqual(['GET /shops/f', look]);
    expect(logs).toEqual([['entity of another owner left alone', { id: 'f' }]]);
  });

  it('is not done while Konnect still shows the entity', async () => {
    const { release } = start({ listed: [ours], answers: { DELETE: {}, GET: ours } });
    await expect(release()).rejects.toMatchObject({
      name: 'Retry',
      message: 'the entity e is still there after its deletion',
      afterSeconds: 1,
    });
  });

  it('that Konnect refuses is not done', async () => {
    const failure = refused('still-referenced');
    await expect(start({ listed: [ours], answers: { DELETE: failure } }).release()).rejects.toBe(failure);
  });
});

it.each([{ id: '' }, { id: 7 }, {}, 'x', null, undefined])('%j is no entity', (answer) => {
  expect(() => toEntity(answer)).toThrow(
    expect.objectContaining({ failure: 'unintelligible', message: 'Konnect answered without an entity' }),
  );
  expect(toEntity({ id: 'x', a: 1 })).toEqual({ id: 'x', a: 1 });
});

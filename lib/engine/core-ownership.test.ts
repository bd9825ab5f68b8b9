import { describe, expect, it } from 'vitest';
import type { Kind } from '../kinds/define.ts';
import { adoptionOf, listOwn, ownId, readEntity, refuseForeign, removeEntity } from './core-calls.ts';
import { KonnectError } from './errors.ts';
import type { KubernetesObject } from './objects.ts';
import type { Entity } from './plan.ts';
import type { KonnectCall } from './ports.ts';
import type { Run } from './run.ts';
import type { Session } from './session.ts';

const resource = { group: 'g', version: 'v1', kind: 'Shop', plural: 'shops', namespaced: true };
const ids = { controlPlane: 'plane' };
const path = '/v2/x/entity';

function shop(name: string, adopts?: string, has?: string): KubernetesObject {
  return {
    apiVersion: 'g/v1',
    kind: 'Shop',
    metadata: { name, namespace: 'team', uid: `uid-${name}`, resourceVersion: '1' },
    spec: adopts === undefined ? {} : { adopt: { konnect: { id: adopts } } },
    ...(has === undefined ? {} : { status: { konnect: { id: has, controlPlaneID: 'plane' } } }),
  };
}

/** A run for the object in a cluster with others, and what it logs. */
function runFor(object: KubernetesObject, ...others: readonly KubernetesObject[]) {
  const logs: unknown[] = [];
  const log = { warn: (...line: readonly unknown[]) => void logs.push(line) };
  const cluster = { list: async () => [object, ...others] };
  return { run: { object, kind: { resource } as Kind, cluster, log } as unknown as Run, logs };
}

/** A Konnect that answers every GET alike, with undefined for what is not there. */
function sessionWith(answer: unknown, listed: readonly unknown[] = []) {
  const calls: string[] = [];
  const call = async ({ method }: KonnectCall) => {
    calls.push(method);
    if (answer === undefined) throw new KonnectError('none', { failure: 'not-found' });
    return answer;
  };
  return { session: { call, list: async () => listed } as unknown as Session, calls };
}

describe('the entity at a path', () => {
  it.each([
    ['as it is', { id: 'x', name: 'y' }],
    ['with lists beside it', { consumer_group: { id: 'x', name: 'y' }, consumers: [], plugins: [] }],
  ])('may come %s', async (_, answer) => {
    expect(await readEntity(sessionWith(answer).session, path)).toEqual({ id: 'x', name: 'y' });
  });

  it.each([null, 'text', 7, []])('is none where Konnect answers %j', async (answer) => {
    await expect(readEntity(sessionWith(answer).session, path)).rejects.toMatchObject({ failure: 'unintelligible' });
  });
});

it('the entities of an object are those that carry its uid, whatever else a filter lets through', async () => {
  const mine = { id: 'a', tags: ['k8s-uid:uid-me'] };
  const listed = [mine, { id: 'b', tags: ['k8s-uid:uid-you'] }, { id: 'c' }, { tags: ['k8s-uid:uid-me'] }, null];
  const { run } = runFor(shop('me'));

  expect(await listOwn(run, sessionWith(undefined, listed).session, path)).toEqual([mine]);
});

it.each([
  ['nothing', undefined, undefined, 0],
  ['its spec', 'x', undefined, 1],
  ['its status', undefined, 'x', 1],
  ['both', 'x', 'x', 2],
  ['others only', 'y', 'y', 0],
])('what an object says of an entity that it may have adopted: %s', (_, adopts, has, evidence) => {
  expect(adoptionOf('x')(shop('me', adopts, has))).toBe(evidence);
});

describe('an entity', () => {
  const me = shop('me', 'x', 'x');
  const rival = (id: string) => shop('rival', id, id);
  const own = ownId(me, ids);

  it.each<{ why: string; entity: Entity }>([
    { why: 'it carries the uid', entity: { id: 'x', tags: ['k8s-uid:uid-me'] } },
    { why: 'nobody else can ask for its id', entity: { id: own } },
  ])('is ours, whatever another object says of it, where $why', async ({ entity }) => {
    const { run } = runFor(me, rival(entity.id));
    await refuseForeign(run, entity, ids);
  });

  it("is nobody's where two objects say the same of it", async () => {
    const { run } = runFor(me, rival('x'));
    await expect(refuseForeign(run, { id: 'x' }, ids)).rejects.toMatchObject({
      reason: 'OwnershipConflict',
      message: expect.stringMatching(/^Shop team\/rival says of the entity x in Konnect as well/),
    });
  });

  it("is another's where it carries another uid, and that is told", async () => {
    const { run } = runFor(me);
    await expect(refuseForeign(run, { id: 'x', tags: ['k8s-uid:uid-you'] }, ids)).rejects.toMatchObject({
      reason: 'OwnershipConflict',
      message: expect.stringContaining('belongs to the object with uid uid-you'),
    });
  });
});

describe('a removal', () => {
  it("leaves somebody else's entity alone, and says so in the log", async () => {
    const { run, logs } = runFor(shop('me'));
    const { session, calls } = sessionWith({ id: 'x', tags: ['k8s-uid:uid-you'] });
    await removeEntity(run, session, path, 'x', ids);

    expect(calls).toEqual(['GET']);
    expect(logs).toEqual([['entity of another owner left alone', { id: 'x' }]]);
  });

  it('has nothing to do where the entity is gone', async () => {
    const { run, logs } = runFor(shop('me'));
    const { session, calls } = sessionWith(undefined);
    await removeEntity(run, session, path, 'x', ids);

    expect(calls).toEqual(['GET']);
    expect(logs).toEqual([]);
  });
});

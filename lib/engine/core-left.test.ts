import { describe, expect, it } from 'vitest';
import { Sensitive } from '../sensitive.ts';
import type { CoreMapping } from './core-entity.ts';
import { leave, leaveNoted, releaseCore } from './core-release.ts';
import { KonnectError } from './errors.ts';
import { entityId } from './identity.ts';
import { accountAnnotation, formerAnnotation } from './names.ts';
import type { KubernetesObject } from './objects.ts';
import type { Entity } from './plan.ts';
import type { KonnectCall } from './ports.ts';
import type { Run } from './run.ts';
import type { Session } from './session.ts';

/* What an object leaves in control planes that it is no longer in, and on which server that is. */

const [us, eu] = ['https://us.api.konghq.com', 'https://eu.api.konghq.com'];
const mapping = {
  collection: ({ controlPlane, shelf }: Readonly<Record<string, string>>) => `/${controlPlane}/${shelf ?? 'none'}`,
  parents: { shelfID: 'shelf' },
} as unknown as CoreMapping;
const ours: Entity = { id: 'x', tags: ['k8s-uid:u'] };
const own = (controlPlane: string) => entityId('u', controlPlane);

/** Servers that have these entities, by path, until they are deleted. */
function serversWith(calls: string[], entities: Readonly<Record<string, Entity>> = {}) {
  const left = new Map(Object.entries(entities));
  return async ({ serverURL }: { readonly serverURL: string }, { method, path }: KonnectCall) => {
    calls.push(`${method} ${serverURL}${path}`);
    if (method === 'DELETE') return left.delete(path);
    if (!left.has(path)) throw new KonnectError('none', { failure: 'not-found' });
    return left.get(path);
  };
}

function start(object: Partial<KubernetesObject>, entities?: Readonly<Record<string, Entity>>) {
  const calls: string[] = [];
  const call = serversWith(calls, entities);
  const annotations = { [accountAnnotation]: 'team/auth' };
  const metadata = { name: 'one', namespace: 'team', uid: 'u', resourceVersion: '1', annotations };
  const tokensRead: unknown[] = [];
  const run = {
    kind: { refs: [] },
    cluster: { name: 'blue' },
    konnect: { call },
    tokens: {
      async read(key: unknown) {
        tokensRead.push(key);
        return { token: new Sensitive('t'), serverURL: eu, organizationId: 'org', checkedAt: '' };
      },
    },
    object: { apiVersion: 'g/v1', kind: 'Shop', metadata, ...object },
  } as unknown as Run;
  const session = { serverURL: us, call: (one: KonnectCall) => call({ serverURL: us }, one) } as unknown as Session;
  return { run, session, calls, tokensRead };
}

const placed = (konnect: object) => ({ status: { konnect: { id: own('old'), controlPlaneID: 'old', ...konnect } } });
const failWith = (failure: 'unavailable' | 'still-referenced') => async (): Promise<never> => {
  throw new KonnectError('no', { failure });
};
/** A cluster that takes every patch. */
const patching = { name: 'blue', patch: async (_: unknown, __: unknown, patch: unknown) => patch };
const gone = (at: string) => [`DELETE ${at}`, `GET ${at}`];

describe('what is left in a former control plane', () => {
  it.each([
    { where: 'on the server of this run', konnect: { serverURL: us }, server: us },
    { where: 'on it too where none is recorded', konnect: {}, server: us },
    { where: 'on the recorded one where that is another', konnect: { serverURL: eu }, server: eu },
  ])('is removed $where', async ({ konnect, server }) => {
    const { run, session, calls, tokensRead } = start(placed({ ...konnect, shelfID: 's' }));

    await leave(run, mapping, session, { controlPlane: 'new', shelf: 'now' });

    expect(calls).toEqual(gone(`${server}/old/s/${own('old')}`));
    expect(tokensRead).toEqual(server === us ? [] : [{ cluster: 'blue', namespace: 'team', name: 'auth' }]);
  });

  it('is looked for below the present parents where none were recorded', async () => {
    const { run, session, calls } = start(placed({ serverURL: us }));

    await leave(run, mapping, session, { controlPlane: 'new', shelf: 'now' });

    expect(calls).toEqual(gone(`${us}/old/now/${own('old')}`));
  });

  it.each([
    { why: 'it never was in one', object: {} },
    { why: 'it is where it was', object: placed({ controlPlaneID: 'new' }) },
    {
      why: 'Konnect moves it below its new parent',
      object: placed({ id: own('new'), controlPlaneID: 'new', shelfID: 's' }),
    },
  ])('is nothing where $why', async ({ object }) => {
    const { run, session, calls } = start(object);

    expect(await leave(run, mapping, session, { controlPlane: 'new', shelf: 'now' })).toEqual({});

    expect(calls).toEqual([]);
  });

  it('is not given up by a refusal of another kind', async () => {
    const { run, session } = start(placed({ serverURL: us }));
    const failing = { ...session, call: failWith('unavailable') };

    await expect(leave(run, mapping, failing, { controlPlane: 'new' })).rejects.toThrow(KonnectError);
  });

  it('is noted with the account that leads to it, and found by that', async () => {
    const before = start(placed({ serverURL: eu, shelfID: 's' }));
    const refusing = { ...before.run, konnect: { call: failWith('still-referenced') } } as unknown as Run;
    const noted = await leave(refusing, mapping, before.session, { controlPlane: 'new', shelf: 'now' });

    const { metadata } = before.run.object;
    const annotations = { ...noted, [accountAnnotation]: 'team/other' };
    const { run, session, calls, tokensRead } = start({ metadata: { ...metadata, annotations } });
    const present = { controlPlane: 'new', shelf: 'now' };
    await leaveNoted({ ...run, cluster: patching } as unknown as Run, mapping, session, present);

    expect(calls).toEqual(gone(`${eu}/old/s/${own('old')}`));
    expect(tokensRead).toEqual([{ cluster: 'blue', namespace: 'team', name: 'auth' }]);
  });

  it('is not given up by a refusal of another kind, once it is noted', async () => {
    const note = JSON.stringify({ konnect: { id: own('old'), controlPlaneID: 'old', serverURL: us } });
    const metadata = { ...start({}).run.object.metadata, annotations: { [formerAnnotation]: note } };
    const { run, session } = start({ metadata });
    const failing = { ...session, call: failWith('unavailable') };

    await expect(leaveNoted(run, mapping, failing, { controlPlane: 'new' })).rejects.toThrow(KonnectError);
  });
});

describe('a deletion', () => {
  it('of what was never written asks for no token', async () => {
    const { run, calls, tokensRead } = start({});

    await releaseCore(run, mapping);

    expect([...calls, ...tokensRead]).toEqual([]);
  });

  it('removes what the status names, what we would have made and what was adopted, where they are ours', async () => {
    const object = { ...placed({ id: 'x', serverURL: eu }), spec: { adopt: { konnect: { id: 'y' } } } };
    const { run, calls } = start(object, { '/old/none/x': ours, '/old/none/y': { ...ours, id: 'y' } });

    await releaseCore(run, mapping);

    expect(calls).toEqual([
      ...[`GET ${eu}/old/none/x`, ...gone(`${eu}/old/none/x`)],
      ...gone(`${eu}/old/none/${own('old')}`),
      ...[`GET ${eu}/old/none/y`, ...gone(`${eu}/old/none/y`)],
    ]);
  });

  it('of an object that adopts nothing asks for one entity only', async () => {
    const { run, calls } = start(placed({ serverURL: eu }));

    await releaseCore(run, mapping);

    expect(calls).toEqual(gone(`${eu}/old/none/${own('old')}`));
  });
});

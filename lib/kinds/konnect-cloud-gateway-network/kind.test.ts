import { describe, expect, it } from 'vitest';
import { networkKind as kind, network, networks, passMinutes } from '../../../test/memory/cloud.ts';
import {
  authConfiguration,
  authKind,
  key,
  konnectCalls,
  secretResource,
  settle,
  tokenSecret,
} from '../../../test/memory/manifests.ts';
import { foreignToken, organizationId } from '../../../test/memory/stage.ts';
import { finalizer } from '../../engine/names.ts';
import { statusText } from '../../engine/objects.ts';
import { condition, fresh, look, programmed, strange } from './fixture.ts';

const path = '/v2/cloud-gateways/networks';

const note = 'konnect-reconciler.io/claim';

describe('a network', () => {
  it('is looked for by name on the global host, then made, and its state told', async () => {
    await using stage = await fresh();

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET ${path}`, `POST ${path}`]);
    expect(stage.konnect.requests.map(({ host }) => host)).toEqual(['global.api.konghq.com', 'global.api.konghq.com']);
    const object = stage.object(kind, 'net');
    expect(object.metadata.finalizers).toEqual([finalizer]);
    expect(object.status).toMatchObject({
      id: networks(stage)[0]?.['id'],
      state: 'initializing',
      organizationID: organizationId,
    });
    expect(condition(stage)).toBe('True Programmed');
  });

  it('is looked at again only as long as Konnect is at work on it', async () => {
    await using stage = await programmed();
    expect(kind.recheckWhile?.(stage.object(kind, 'net'))).toBe(true);
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(konnectCalls(stage)).toEqual([]);
    passMinutes(stage);

    expect(await stage.reconcile(kind, 'net', { cause: 'resync', force: true })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET ${path}/{id}`]);
    expect(statusText(stage.object(kind, 'net'), 'state')).toBe('ready');
    expect(kind.recheckWhile?.(stage.object(kind, 'net'))).toBe(false);
  });

  it('tells why Konnect can not provision it', async () => {
    await using stage = await programmed();
    const id = statusText(stage.object(kind, 'net'), 'id') ?? '';
    stage.konnect.setNetworkState(organizationId, id, 'offline', 'no capacity in the zone');
    await look(stage, 'drift');

    expect(condition(stage)).toBe('True Programmed: no capacity in the zone');
  });

  it.each([
    ['empty', 'empty-after'],
    ['lost', 'reset-after'],
    ['late', 'hang-after'],
  ] as const)('T6 T7 is made once though the reply was %s', async (_, fault) => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? fault : undefined));
    expect((await look(stage)).is).toBe('retry');
    stage.konnect.setFault(undefined);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(networks(stage)).toHaveLength(1);
    expect(statusText(stage.object(kind, 'net'), 'id')).toBe(networks(stage)[0]?.['id']);
  });

  it('T8 of a name that is there already is refused, until the status says that it is meant', async () => {
    await using stage = await fresh();
    const id = await strange(stage);

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });
    expect(condition(stage)).toContain(id);
    expect(stage.object(kind, 'net').metadata.finalizers).toBeUndefined();
    expect(kind.recheckWhile?.(stage.object(kind, 'net'))).toBe(false);

    stage.cluster.user.editStatus(kind.resource, key('net'), { id });
    expect(kind.recheckWhile?.(stage.object(kind, 'net'))).toBe(true);
    expect(await stage.reconcile(kind, 'net', { cause: 'resync', force: true })).toEqual({ is: 'done' });
    expect(stage.object(kind, 'net').metadata.annotations?.[note]).toBe(`network ${organizationId}/shop`);
    expect(konnectCalls(stage).filter((call) => !call.startsWith('GET'))).toEqual([]);
  });

  it('T8 that somebody else makes at the same moment is not taken for its own', async () => {
    await using stage = await fresh();
    stage.konnect.setFault(({ method }) => (method === 'POST' ? { status: 409, body: { status: 409 } } : undefined));
    expect((await look(stage)).is).toBe('terminal');
    stage.konnect.setFault(undefined);
    await strange(stage);

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });
  });

  it('T19 is made again where it was deleted in Konnect, once it is gone', async () => {
    await using stage = await programmed();
    passMinutes(stage);
    const id = statusText(stage.object(kind, 'net'), 'id') ?? '';
    stage.konnect.setNetworkState(organizationId, id, 'terminating');
    expect(await look(stage, 'drift')).toEqual({ is: 'done' });
    expect(condition(stage)).toMatch(/^False FailedToUpdate: Konnect takes the network down/);
    expect(kind.recheckWhile?.(stage.object(kind, 'net'))).toBe(true);
  });

  it('waits while Konnect takes an earlier network of its name down, and is made then', async () => {
    await using stage = await programmed();
    passMinutes(stage);
    stage.cluster.user.remove(kind.resource, key('net'));
    await settle(stage, kind, 'net');
    stage.cluster.user.apply(kind.resource, network(stage));

    expect(await look(stage)).toMatchObject({ is: 'retry', afterSeconds: 120 });
    expect(condition(stage)).toMatch(/^False FailedToCreate: Konnect is still taking down an earlier network named /);
    passMinutes(stage);

    expect(await look(stage)).toEqual({ is: 'done' });
    expect(condition(stage)).toBe('True Programmed');
  });

  it('that differs in what Konnect can not change is told, and nothing is written', async () => {
    await using stage = await programmed();
    stage.cluster.user.edit(kind.resource, key('net'), { spec: { cidr_block: '10.5.0.0/16' } });

    expect((await look(stage)).is).toBe('terminal');

    expect(condition(stage)).toMatch(/can not change spec\.cidr_block/);
  });

  it('T67 is not taken into another organisation by another reference, and stays where it is', async () => {
    await using stage = await programmed();
    passMinutes(stage);
    const before = networks(stage).map(({ id }) => id);
    stage.cluster.user.apply(secretResource, tokenSecret(foreignToken, { name: 'foreign' }));
    stage.cluster.user.apply(
      authKind.resource,
      authConfiguration({ secretRef: { name: 'foreign' } }, { name: 'foreign' }),
    );
    await settle(stage, authKind, 'foreign');
    const edited = { spec: { konnect: { authRef: { name: 'foreign' } } } };
    stage.cluster.user.edit(kind.resource, key('net'), edited);

    expect(await look(stage, 'drift')).toMatchObject({ is: 'terminal', reason: 'OrganizationMismatch' });

    expect(stage.konnect.requests).toEqual([]);
    expect(networks(stage).map(({ id }) => id)).toEqual(before);
  });

  it('T66 is renamed, not made a second time', async () => {
    await using stage = await programmed();
    stage.cluster.user.edit(kind.resource, key('net'), { spec: { name: 'other' } });

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(networks(stage).map(({ name }) => name)).toEqual(['other']);
    expect(stage.object(kind, 'net').metadata.annotations?.[note]).toBe(`network ${organizationId}/other`);
  });
});

describe('a network that an object of another namespace says to be its own', () => {
  it.each([
    ['by a claim alone', false],
    ['by a claim and its status', true],
  ])('%s is neither changed nor deleted, before or after', async (_, typed) => {
    await using stage = await programmed();
    const own = stage.object(kind, 'net');
    const [before] = networks(stage);
    const annotations = { [note]: own.metadata.annotations?.[note] ?? '', [finalizer]: '' };
    const metadata = { ...network(stage).metadata, name: 'thief', annotations, finalizers: [finalizer] };
    stage.cluster.user.apply(kind.resource, { ...network(stage), metadata });
    if (typed)
      stage.cluster.user.editStatus(kind.resource, key('thief'), own.status as Readonly<Record<string, unknown>>);

    expect(await look(stage, 'drift', 'thief')).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });
    stage.cluster.user.remove(kind.resource, key('thief'));
    expect(await look(stage, 'change', 'thief')).toMatchObject({ is: typed ? 'terminal' : 'done' });

    expect(networks(stage)).toEqual([before]);
    // Who lies with less to show stops nobody.
    if (!typed) expect(await look(stage, 'drift')).toEqual({ is: 'done' });
  });
});

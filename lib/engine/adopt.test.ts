import { describe, expect, it } from 'vitest';
import { keyPair } from '../../infra/local/konnect/test-client.ts';
import { adopting, condition, id, path, stranger } from '../../test/memory/adoption.ts';
import {
  editService,
  entities,
  entity,
  look,
  objectOf,
  placeOfService,
  planeId,
  serviceKind,
} from '../../test/memory/core.ts';
import { forget, key, konnectCalls } from '../../test/memory/manifests.ts';

const other = 'a7f0c4a4-0000-4000-8000-000000000002';

describe('adoption by match', () => {
  it('T61 of an entity that is what the object says writes nothing, then or later', async () => {
    await using stage = await adopting('match', { tags: ['mine'] }, { tags: ['mine'] });

    expect(await look(stage)).toEqual({ is: 'done' });
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET ${path}`, `GET ${path}`]);
    expect(placeOfService(stage)?.id).toBe(id);
    expect(condition(stage)).toBe('True Adopted');
    expect(condition(stage, 'Programmed')).toBe('True Programmed');
    expect(entity(stage)['tags']).toEqual(['mine']);
  });

  it.each([
    ['a field that the object sets', { host: 'other.internal' }, {}, 'host'],
    ['a field that the object leaves to its default', { retries: 7 }, {}, 'retries'],
    ['several fields', { path: '/x', enabled: false }, {}, 'enabled, path'],
    ['a tag', { tags: ['theirs'] }, { tags: ['mine'] }, 'tags'],
  ])('T61 that differs in %s names it, and writes nothing', async (_, made, spec, fields) => {
    await using stage = await adopting('match', {}, spec);
    stage.konnect.patchEntity(planeId(stage), 'services', id, made);

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'NotMatch' });

    expect(condition(stage)).toContain(`not what the object says, in ${fields}: `);
    expect(condition(stage, 'Programmed')).toMatch(/^False NotMatch/);
    expect(konnectCalls(stage)).toEqual([`GET ${path}`]);
    expect(placeOfService(stage)).toBeUndefined();
  });

  it('T61 that has what no object can say is refused, since the next write would take it away', async () => {
    await using stage = await adopting('match', { protocol: 'https' }, { protocol: 'https' });
    const certificate = { ...(await keyPair()), publicKey: undefined };
    stage.konnect.putEntity(planeId(stage), 'certificates', other, JSON.parse(JSON.stringify(certificate)));
    stage.konnect.patchEntity(planeId(stage), 'services', id, { client_certificate: { id: other } });

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'NotMatch' });

    expect(condition(stage)).toContain('in client_certificate: ');
  });

  it('takes the entity into its care: an edit is written, with the tags that say whose it is', async () => {
    await using stage = await adopting('match');
    await look(stage);
    editService(stage, { spec: { retries: 2 } });

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(entity(stage)).toMatchObject({ id, retries: 2 });
    expect(entity(stage)['tags']).toContain(`k8s-uid:${objectOf(stage).metadata.uid}`);
  });

  it('and repairs it', async () => {
    await using stage = await adopting('match');
    await look(stage);
    stage.konnect.patchEntity(planeId(stage), 'services', id, { retries: 9 });

    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(entity(stage)).toMatchObject({ id, retries: 5 });
  });
});

describe.each(['override', undefined] as const)('adoption by mode %s', (mode) => {
  it('T62 makes the entity what the object says', async () => {
    await using stage = await adopting(mode, { host: 'other.internal', retries: 9 });

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET ${path}`, `PUT ${path}`]);
    expect(entity(stage)).toMatchObject({ id, host: 'shop.internal', retries: 5 });
    expect(entity(stage)['tags']).toContain(`k8s-uid:${objectOf(stage).metadata.uid}`);
    expect(condition(stage)).toBe('True Adopted');
  });

  it('T7 goes on where the reply was lost', async () => {
    await using stage = await adopting(mode, { host: 'other.internal' });
    stage.konnect.setFault(({ method }) => (method === 'PUT' ? 'reset-after' : undefined));
    expect((await look(stage)).is).toBe('retry');
    expect(condition(stage)).toMatch(/^False FailedToAdopt/);
    stage.konnect.setFault(undefined);
    forget(stage);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET ${path}`]);
    expect(condition(stage)).toBe('True Adopted');
  });
});

describe('adoption', () => {
  it.each(['match', 'override'] as const)('T63 by %s of what another object owns is refused', async (mode) => {
    await using stage = await adopting(mode, { host: 'other.internal', tags: [stranger] });

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'UIDConflict' });

    expect(condition(stage)).toMatch(/^False UIDConflict: .*belongs to the object with uid 99999999-/);
    expect(konnectCalls(stage)).toEqual([`GET ${path}`]);
    expect(entity(stage)['host']).toBe('other.internal');
  });

  it('T64 of what does not exist is told, and nothing is made', async () => {
    await using stage = await adopting('override');
    stage.konnect.removeEntity(planeId(stage), 'services', id);

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'FetchFailed' });

    expect(condition(stage)).toMatch(/^False FetchFailed: there is no entity a7f0c4a4.* in the control plane/);
    expect(entities(stage)).toEqual([]);
  });

  it('T64 that could not be read is tried again', async () => {
    await using stage = await adopting('override');
    stage.konnect.setFault(() => ({ status: 503, html: true }));

    expect((await look(stage)).is).toBe('retry');

    expect(condition(stage)).toMatch(/^False FetchFailed/);
  });

  it('ends with its object: the entity goes as any other', async () => {
    await using stage = await adopting('match');
    await look(stage);
    stage.cluster.user.remove(serviceKind.resource, key('svc'));

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(entities(stage)).toEqual([]);
  });

  it('that never happened takes nothing with it', async () => {
    await using stage = await adopting('match', { host: 'other.internal' });
    await look(stage);
    stage.cluster.user.remove(serviceKind.resource, key('svc'));

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(entities(stage)).toHaveLength(1);
    expect(stage.find(serviceKind.resource, 'svc')).toBeUndefined();
  });
});

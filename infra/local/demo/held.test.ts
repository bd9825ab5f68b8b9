import { describe, expect, it } from 'vitest';
import type { Known } from '../../../lib/kinds/known.ts';
import { hall, make, museum, notice, programmed, room } from '../../../lib/status/fixture.ts';
import type { LocalKonnect } from '../konnect/server.ts';
import { startKonnect } from '../konnect/server.ts';
import { entityOf, problemOf } from './held.ts';

const organization = '2c2b5c5e-4a8e-4d0c-8f6f-0d6c2d7a1b11';
const id = (last: number): string => `00000000-0000-4000-8000-00000000000${last}`;

describe('what Konnect holds for an object', () => {
  it('is as it should be where all of it is: control plane, entity, parent', async () => {
    await using scene = await start();
    const { konnect, all } = scene;

    expect(all.map((one) => problemOf(konnect, one, all))).toEqual([undefined, undefined, undefined]);
    expect(entityOf(konnect, scene.blue)).toMatchObject({ id: id(2), service: { id: id(1) } });
  });

  it('is a problem where the object is not done', async () => {
    await using scene = await start();
    const blue = make(room, 'blue', { ...scene.blue.object, status: { conditions: [] } });

    expect(problemOf(scene.konnect, blue, scene.all)).toBe('not Programmed');
  });

  it('is a problem where there is nothing under the id', async () => {
    await using scene = await start();
    scene.konnect.removeEntity(scene.plane, 'routes', id(2));

    expect(problemOf(scene.konnect, scene.blue, scene.all)).toBe(`Konnect has nothing under ${id(2)}`);
  });

  it('is a problem where it carries the uid of another', async () => {
    await using scene = await start();
    scene.konnect.patchEntity(scene.plane, 'routes', id(2), { tags: ['k8s-uid:other'] });

    expect(problemOf(scene.konnect, scene.blue, scene.all)).toMatch('carries the uid other');
  });

  it('is a problem where it stands with others than the object', async () => {
    await using scene = await start();
    scene.konnect.patchEntity(scene.plane, 'routes', id(2), { service: null });

    expect(problemOf(scene.konnect, scene.blue, scene.all)).toBe(
      `in Konnect it stands with nothing, and not with ${id(1)}`,
    );
  });

  it('is none where an object has no entity of its own', async () => {
    await using scene = await start();
    const quiet = make(notice, 'quiet', { status: { conditions: [programmed] } });

    expect(problemOf(scene.konnect, quiet, [quiet])).toBeUndefined();
    expect(entityOf(scene.konnect, quiet)).toBeUndefined();
  });
});

interface Scene extends AsyncDisposable {
  readonly konnect: LocalKonnect;
  readonly plane: string;
  readonly all: readonly Known[];
  readonly blue: Known;
}

async function start(): Promise<Scene> {
  const konnect = await startKonnect({ organizations: [{ id: organization, name: 'Museum', tokens: [] }] });
  const labels = { 'k8s-uid': 'uid-of-louvre' };
  const { id: plane } = konnect.createControlPlane(organization, { name: 'louvre', labels });
  konnect.putEntity(plane, 'services', id(1), { host: 'east.example', tags: ['k8s-uid:uid-of-east'] });
  const service = { id: id(1) };
  konnect.putEntity(plane, 'routes', id(2), { paths: ['/blue'], service, tags: ['k8s-uid:uid-of-blue'] });
  const at = (konnectID: string) => ({
    status: { konnect: { id: konnectID, controlPlaneID: plane }, conditions: [programmed] },
  });
  const louvre = make(museum, 'louvre', { status: { id: plane, conditions: [programmed] } });
  const east = make(hall, 'east', { spec: { museum: 'louvre' }, ...at(id(1)) });
  const blue = make(room, 'blue', { spec: { hall: 'east' }, ...at(id(2)) });
  return { konnect, plane, all: [louvre, east, blue], blue, [Symbol.asyncDispose]: () => konnect.stop() };
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOf, statusOf } from '../../lib/engine/objects.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import type { World } from '../world.ts';
import { content, contentWithoutSecrets, coreEntityOf, remote, uproot, visible } from './remote.ts';
import {
  adopting,
  converged,
  editOf,
  everyKind,
  examples,
  firstOf,
  homeOf,
  missing,
  undoing,
  usersOf,
} from './scene.ts';

/* What changes after all is well, in the cluster and in Konnect. The suite knows no kind. */

let server: ApiServerUnderTest;

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const changing = everyKind.filter(({ kind }) => kind.core !== undefined || editOf(kind) !== undefined);

describe.each(changing)('$name', async ({ name, kind }) => {
  const home = await homeOf(kind);
  const isEditable = editOf(kind) !== undefined;
  const isCore = kind.core !== undefined;
  // An auth configuration and an extension say nothing to Konnect that an edit could change.
  const isInKonnect = !['auth', 'extension'].includes(kind.lane);
  let world: World;
  // Each test leaves Konnect as it was; the last makes another object of it.
  beforeAll(async () => {
    world = await converged(server, home);
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  if (isEditable)
    it('T21 follows an edit, and its undoing', async () => {
      const before = await visible(world);
      const original = await firstOf(world, kind);
      const edit = editOf(kind) ?? {};
      await world.admin.patch(kind.resource, keyOf(original), edit);

      expect(await world.settle()).toEqual([]);
      const present = await visible(world);
      expect(present).not.toEqual(before);
      if (isInKonnect) expect(present.content).not.toEqual(before.content);
      world.konnect.resetRequests();
      expect(await world.settle({ cause: 'drift' })).toEqual([]);
      expect(world.konnect.requests.filter(({ write }) => write)).toEqual([]);

      await world.admin.patch(kind.resource, keyOf(original), undoing(edit, original));
      expect(await world.settle()).toEqual([]);
      expect(await visible(world)).toEqual(before);
    });

  if (isCore)
    it('repairs what somebody changed in Konnect', async () => {
      const before = content(world);
      const { plane, collection, id } = coreEntityOf(world, await firstOf(world, kind));
      world.konnect.patchEntity(plane, collection, id, { tags: ['by-hand'] });
      expect(content(world)).not.toEqual(before);

      expect(await world.settle({ cause: 'drift' })).toEqual([]);

      expect(content(world)).toEqual(before);
    });

  if (isCore)
    it('T19 brings back what somebody deleted in Konnect, with all that went with it', async () => {
      const before = contentWithoutSecrets(world);
      const { plane, id } = coreEntityOf(world, await firstOf(world, kind));
      uproot(world, plane, id);
      expect(contentWithoutSecrets(world)).not.toEqual(before);

      expect(await world.settle({ cause: 'drift' })).toEqual([]);

      expect(contentWithoutSecrets(world)).toEqual(before);
    });

  if (isCore)
    it('T61 adopts by match what it has made itself: no field of it is overlooked or made up', async () => {
      const object = await firstOf(world, kind);
      const { plane, collection, id } = coreEntityOf(world, object);
      const entity = world.konnect.entities(plane, collection).find((one) => one.id === id) ?? missing();
      await world.admin.patch(kind.resource, keyOf(object), { metadata: { finalizers: null } });
      await world.admin.delete(kind.resource, keyOf(object));
      world.konnect.patchEntity(plane, collection, id, { tags: usersOf(entity['tags']) });
      const adopted = await world.admin.create(kind.resource, adopting(object, id));
      const before = content(world);

      expect(await world.reconcile(name, adopted.metadata.name)).toEqual({ is: 'done' });

      expect(content(world)).toEqual(before);
      const present = await world.get(name, adopted.metadata.name);
      expect(present && statusOf(present)).toMatchObject({ konnect: { id } });
      expect(await world.settle({ cause: 'drift' })).toEqual([]);
      expect(content(world)).toEqual(before);
    });
});

it('T19 T31 brings back a control plane that was deleted in Konnect, and everything in it', async () => {
  await using world = await converged(server);
  const before = remote(world);
  for (const { id, name } of world.konnect.controlPlanes())
    if (name !== 'default') world.konnect.removeControlPlane(id);

  expect(await world.settle({ cause: 'drift' })).toEqual([]);

  expect(remote(world)).toEqual(before);
});

it('T31 follows control planes whose objects are deleted and made again', async () => {
  await using world = await converged(server);
  const before = remote(world);
  for (const kind of kinds.filter(({ lane }) => lane === 'control-plane')) {
    for (const object of await world.admin.list(kind.resource, { namespace: world.namespace })) {
      await world.admin.delete(kind.resource, keyOf(object));
    }
  }
  await world.settle();
  expect(remote(world)).not.toEqual(before);

  await world.apply(examples);

  expect(await world.settle()).toEqual([]);
  expect(remote(world)).toEqual(before);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  deletionPolicyAnnotation,
  finalizer,
  kongOperatorFinalizer,
  pausedAnnotation,
} from '../../lib/engine/names.ts';
import { findCondition, holdsForGeneration, keyOf, secretResource, statusOf } from '../../lib/engine/objects.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { startWorld, type World } from '../world.ts';
import { nothing, remote } from './remote.ts';
import { converged, deleteAll, everyKind, examples, homeOf, missing, onlyOf } from './scene.ts';

/*
 * What every kind has to do, whatever it is. The suite knows no kind: it applies the kinds' examples and looks at
 * conditions, at finalizers, and at what Konnect has in the end.
 */

let server: ApiServerUnderTest;

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

describe.each(everyKind)('$name', async ({ name, kind }) => {
  const home = await homeOf(kind);

  // One life from the first test to the last: each begins where the one before ends.
  let world: World;
  beforeAll(async () => {
    world = await startWorld(server.kubeconfig);
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  it('T10 answers an event for an object that is gone with done, and makes nothing', async () => {
    expect(await world.reconcile(name, 'never-existed')).toEqual({ is: 'done' });
    expect(world.konnect.requests).toEqual([]);
  });

  it('T46 waits for what it refers to, writes nothing to Konnect meanwhile, and goes on once that is there', async () => {
    await world.apply(await onlyOf(name));
    await world.settle();
    for (const { object } of await world.objects()) {
      expect(findCondition(object, kind.mainCondition)?.status).toBe('False');
      expect(findCondition(object, kind.mainCondition)?.message).not.toBe('');
    }
    expect(world.konnect.writes).toBe(0);

    await world.apply(home);

    expect(await world.settle()).toEqual([]);
  });

  it('rests: a second look makes no call to Konnect and writes nothing', async () => {
    const before = await world.objects();
    const own = before.filter((one) => one.kind === kind);
    for (const { object } of own) expect(holdsForGeneration(object, kind.mainCondition)).toBe(true);
    expect(own.length).toBeGreaterThan(0);
    world.konnect.resetRequests();

    for (const { object } of own) await world.reconcile(name, object.metadata.name);

    expect(world.konnect.requests).toEqual([]);
    expect(await world.objects()).toEqual(before);
  });

  it('T11 finds no difference in what it has just made: a thorough look writes nothing', async () => {
    const before = await world.objects();
    world.konnect.resetRequests();

    expect(await world.settle({ cause: 'drift' })).toEqual([]);

    expect(world.konnect.requests.filter(({ write }) => write)).toEqual([]);
    expect(await world.objects()).toEqual(before);
  });

  it('is left alone while it is paused', async () => {
    const own = (await world.objects()).find((one) => one.kind === kind);
    const key = keyOf(own?.object ?? missing());
    const paused = (value: string | null) => ({ metadata: { annotations: { [pausedAnnotation]: value } } });
    await world.admin.patch(kind.resource, key, paused('true'));
    world.konnect.resetRequests();

    expect(await world.reconcile(name, key.name, { cause: 'replay', force: true })).toEqual({ is: 'done' });

    expect(world.konnect.requests).toEqual([]);
    await world.admin.patch(kind.resource, key, paused(null));
  });

  it('is deleted together with what it refers to, itself first, and leaves nothing in Konnect', async () => {
    const objects = await world.objects();
    const ownFirst = [...objects.filter((one) => one.kind === kind), ...objects.filter((one) => one.kind !== kind)];
    expect(ownFirst.length).toBeGreaterThan(0);
    for (const { kind: each, object } of ownFirst) {
      await world.admin.delete(each.resource, keyOf(object));
    }

    expect(await world.settle()).toEqual([]);

    expect(await world.objects()).toEqual([]);
    expect(remote(world)).toEqual(nothing);
    const alive = world.secrets.secrets().filter((secret) => secret.deletion === undefined);
    expect(alive).toEqual([]);
  });

  it('is let go of without a touch on Konnect where it is to be retained', async () => {
    await world.apply(home);
    expect(await world.settle()).toEqual([]);
    const before = remote(world);
    const objects = await world.objects();
    expect(objects.length).toBeGreaterThan(0);
    for (const { kind: each, object } of objects) {
      const key = keyOf(object);
      await world.admin.patch(each.resource, key, {
        metadata: { annotations: { [deletionPolicyAnnotation]: 'retain' } },
      });
      await world.admin.delete(each.resource, key);
    }

    expect(await world.settle()).toEqual([]);

    expect(await world.objects()).toEqual([]);
    expect(remote(world)).toEqual(before);
  });

  it("is refused while Kong's operator manages it, and says so", async () => {
    const [object] = await world.apply(withFinalizer(await onlyOf(name)));
    const key = keyOf(object ?? missing());
    const own = key.name;
    world.konnect.resetRequests();

    expect((await world.reconcile(name, own)).is).toBe('terminal');

    const present = await world.get(name, own);
    expect(findCondition(present ?? missing(), kind.mainCondition)?.reason).toBe('ManagedByAnotherController');
    expect(present?.metadata.finalizers).not.toContain(finalizer);
    expect(world.konnect.writes).toBe(0);
    await world.admin.patch(kind.resource, key, { status: statusOf(present ?? missing()) }, { subresource: 'status' });
    await world.admin.patch(kind.resource, key, { metadata: { finalizers: null } });
  });
});

it('everything comes to Konnect, though what others refer to is always looked at last', async () => {
  await using world = await startWorld(server.kubeconfig);
  await world.apply(examples);

  expect(await world.settle({ lastThingsFirst: true })).toEqual([]);

  await using usual = await converged(server);
  expect(remote(world)).toEqual(remote(usual));
});

it.each([
  { order: 'first things first', arranged: <Item>(objects: readonly Item[]) => objects },
  { order: 'last things first', arranged: <Item>(objects: readonly Item[]) => objects.toReversed() },
])('everything is deleted at once, $order, and nothing is left', async ({ arranged }) => {
  await using world = await converged(server);
  for (const { kind, object } of arranged(await world.objects())) {
    await world.admin.delete(kind.resource, keyOf(object));
  }

  expect(await world.settle()).toEqual([]);

  expect(await world.objects()).toEqual([]);
  expect(remote(world)).toEqual(nothing);
});

it('T25 everything is deleted though the Secrets went first, and with them what makes a token valid', async () => {
  await using world = await converged(server);
  const { admin, namespace } = world;
  const secrets = await admin.list(secretResource, { namespace });
  for (const { metadata } of secrets)
    if (metadata.ownerReferences === undefined) await admin.delete(secretResource, metadata);
  expect(await world.settle()).not.toEqual([]);

  expect(await deleteAll(world)).toEqual([]);

  expect(await world.objects()).toEqual([]);
  expect(remote(world)).toEqual(nothing);
});

it('T28 everything is deleted though its control planes are gone from Konnect, with all that was in them', async () => {
  await using world = await converged(server);
  for (const { id, name } of world.konnect.controlPlanes())
    if (name !== 'default') world.konnect.removeControlPlane(id);

  expect(await deleteAll(world)).toEqual([]);

  expect(await world.objects()).toEqual([]);
  expect(remote(world)).toEqual(nothing);
});

function withFinalizer(yaml: string): string {
  return yaml.replace(/^metadata:$/gm, `metadata:\n  finalizers: [${kongOperatorFinalizer}]`);
}

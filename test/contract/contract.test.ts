import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entityTypes } from '../../infra/local/konnect/core-entities/registry.ts';
import {
  deletionPolicyAnnotation,
  finalizer,
  kongOperatorFinalizer,
  pausedAnnotation,
} from '../../lib/engine/names.ts';
import { findCondition, holdsForGeneration, keyOf, statusOf } from '../../lib/engine/objects.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { allExamples, exampleOf, givenPrefix, organizationId, startWorld, type World } from '../world.ts';

/*
 * What every kind has to do, whatever it is. The suite knows no kind: it applies the kinds' examples and looks at
 * conditions, at finalizers, and at what Konnect has in the end.
 */

let server: ApiServerUnderTest;
const collections = entityTypes.map(({ collection }) => collection);
const examples = await allExamples();

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

async function converged(): Promise<World> {
  const world = await startWorld(server.kubeconfig);
  await world.apply(examples);
  expect(await world.settle()).toEqual([]);
  return world;
}

/** What Konnect holds in the end, without ids and times: the same for every way that leads there. */
function remote({ konnect }: World) {
  const planes = konnect.controlPlanes().filter(({ name }) => name !== 'default');
  const kept = konnect.networks(organizationId).filter(({ state }) => state !== 'terminating');
  const networks = kept.map(({ name }) => String(name)).filter((name) => !name.startsWith(givenPrefix));
  const groups = konnect.configurations(organizationId).map((one) => one['dataplane_group_config']);
  const inPlanes = planes
    .map((plane) => ({
      name: plane.name,
      members: konnect.members(plane.id).length,
      certificates: konnect.certificates(plane.id).length,
      entities: collections.map((collection) => `${collection}: ${konnect.entities(plane.id, collection).length}`),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { planes: inPlanes, networks, groups: groups.flat().length };
}

const nothing = { planes: [], networks: [], groups: 0 };

describe.each(kinds.map((kind) => ({ name: kind.resource.kind, kind })))('$name', ({ name, kind }) => {
  it('converges and then rests: a second look makes no call to Konnect and writes nothing', async () => {
    await using world = await converged();
    const before = await world.objects();
    const own = before.filter((one) => one.kind === kind);
    for (const { object } of own) expect(holdsForGeneration(object, kind.mainCondition)).toBe(true);
    expect(own.length).toBeGreaterThan(0);
    world.konnect.resetRequests();

    for (const { object } of own) await world.reconcile(name, object.metadata.name);

    expect(world.konnect.requests).toEqual([]);
    expect(await world.objects()).toEqual(before);
  });

  it('finds no difference in what it has just made: a thorough look writes nothing', async () => {
    await using world = await converged();
    const before = await world.objects();
    world.konnect.resetRequests();

    expect(await world.settle({ cause: 'drift' })).toEqual([]);

    expect(world.konnect.requests.filter(({ write }) => write)).toEqual([]);
    expect(await world.objects()).toEqual(before);
  });

  it('waits for what it refers to, writes nothing to Konnect meanwhile, and goes on once that is there', async () => {
    await using world = await startWorld(server.kubeconfig);
    await world.apply(await onlyOf(name));
    await world.settle();
    for (const { object } of await world.objects()) {
      expect(findCondition(object, kind.mainCondition)?.status).toBe('False');
      expect(findCondition(object, kind.mainCondition)?.message).not.toBe('');
    }
    expect(world.konnect.writes).toBe(0);

    await world.apply(examples);

    expect(await world.settle()).toEqual([]);
  });

  it('is deleted together with everything else, in any order, and leaves nothing in Konnect', async () => {
    await using world = await converged();
    const objects = await world.objects();
    const ownFirst = [...objects.filter((one) => one.kind === kind), ...objects.filter((one) => one.kind !== kind)];
    for (const { kind: each, object } of ownFirst) {
      await world.admin.delete(each.resource, keyOf(object));
    }

    expect(await world.settle()).toEqual([]);

    expect(await world.objects()).toEqual([]);
    expect(remote(world)).toEqual(nothing);
    const alive = world.secrets.secrets().filter((secret) => secret.deletion === undefined);
    expect(alive).toEqual([]);
  });

  it('answers an event for an object that is gone with done, and makes nothing', async () => {
    await using world = await startWorld(server.kubeconfig);
    expect(await world.reconcile(name, 'never-existed')).toEqual({ is: 'done' });
    expect(world.konnect.requests).toEqual([]);
  });

  it('leaves a paused object alone', async () => {
    await using world = await converged();
    const own = (await world.objects()).find((one) => one.kind === kind);
    const key = keyOf(own?.object ?? missing());
    await world.admin.patch(kind.resource, key, { metadata: { annotations: { [pausedAnnotation]: 'true' } } });
    world.konnect.resetRequests();

    expect(await world.reconcile(name, key.name, { cause: 'replay', force: true })).toEqual({ is: 'done' });

    expect(world.konnect.requests).toEqual([]);
  });

  it("refuses an object that Kong's operator manages, and says so", async () => {
    await using world = await startWorld(server.kubeconfig);
    const [object] = await world.apply(withFinalizer(await onlyOf(name)));
    const key = keyOf(object ?? missing());
    const own = key.name;

    expect((await world.reconcile(name, own)).is).toBe('terminal');

    const present = await world.get(name, own);
    expect(findCondition(present ?? missing(), kind.mainCondition)?.reason).toBe('ManagedByAnotherController');
    expect(present?.metadata.finalizers).not.toContain(finalizer);
    expect(world.konnect.writes).toBe(0);
    await world.admin.patch(kind.resource, key, { status: statusOf(present ?? missing()) }, { subresource: 'status' });
    await world.admin.patch(kind.resource, key, { metadata: { finalizers: null } });
  });

  it('lets go of a retained object without touching Konnect', async () => {
    await using world = await converged();
    const before = remote(world);
    for (const { kind: each, object } of await world.objects()) {
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
});

it('brings back what was deleted in Konnect, once for everything', async () => {
  await using world = await converged();
  const before = remote(world);
  for (const { id, name } of world.konnect.controlPlanes())
    if (name !== 'default') world.konnect.removeControlPlane(id);

  expect(await world.settle({ cause: 'drift' })).toEqual([]);

  expect(remote(world)).toEqual(before);
});

const failures = {
  'connection cut before anything happens': 'reset',
  'reply lost after the work is done': 'reset-after',
  '503 from a proxy': { status: 503, html: true },
  '429 with Retry-After': { status: 429, retryAfter: 7 },
  '429 without Retry-After': { status: 429 },
  '500': { status: 500 },
  '401 once': { status: 401 },
} as const;

describe.each(Object.entries(failures))('one call to Konnect fails: %s', (_, fault) => {
  it('at whichever call of the way up, the end is the same', async () => {
    await using clean = await converged();
    const calls = clean.konnect.requests.length;
    const wanted = remote(clean);
    for (let failing = 1; failing <= calls; failing += 1) {
      await using world = await startWorld(server.kubeconfig);
      world.konnect.setFault((_request, nth) => (nth === failing ? fault : undefined));
      await world.apply(examples);

      expect(await world.settle(), `call ${failing} of ${calls}`).toEqual([]);

      expect(remote(world), `call ${failing} of ${calls}`).toEqual(wanted);
    }
  });

  it('at whichever call of the way down, nothing is left', async () => {
    await using clean = await converged();
    clean.konnect.resetRequests();
    await deleteAll(clean);
    const calls = clean.konnect.requests.length;
    expect(calls).toBeGreaterThan(0);
    for (let failing = 1; failing <= calls; failing += 1) {
      await using world = await converged();
      world.konnect.setFault((_request, nth) => (nth === failing ? fault : undefined));

      expect(await deleteAll(world), `call ${failing} of ${calls}`).toEqual([]);

      expect(remote(world), `call ${failing} of ${calls}`).toEqual(nothing);
      expect(await world.objects()).toEqual([]);
    }
  });
});

async function deleteAll(world: World) {
  for (const { kind, object } of await world.objects()) {
    await world.admin.delete(kind.resource, keyOf(object));
  }
  return world.settle();
}

/** The objects of one kind in its example, without what they refer to. */
async function onlyOf(name: string): Promise<string> {
  const kind = kinds.find(({ resource }) => resource.kind === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  const documents = (await exampleOf(kind))
    .split(/^---$/m)
    .filter((text) => new RegExp(`^kind: ${name}$`, 'm').test(text));
  return documents.join('\n---\n');
}

function withFinalizer(yaml: string): string {
  return yaml.replace(/^metadata:$/gm, `metadata:\n  finalizers: [${kongOperatorFinalizer}]`);
}

function missing(): never {
  throw new Error('the object is gone');
}

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClusterError } from '../lib/engine/errors.ts';
import { isRecord, type KubernetesObject, keyOf } from '../lib/engine/objects.ts';
import { placeOf } from '../lib/engine/place.ts';
import { type ApiServerUnderTest, startApiServer } from './api-server.ts';
import { entitiesIn, uproot } from './contract/remote.ts';
import { checkDrift, repair } from './drift.ts';
import { startWorld, type World } from './world.ts';

/*
 * Anything may happen on both sides, and most of what the forwarder would tell is lost: drift checks alone bring the two
 * together again.
 */

const configuration = 'configuration.konghq.com/v1alpha1';
const plane = { controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'plane' } } };
const base = `
{kind: KonnectAPIAuthConfiguration, apiVersion: konnect.konghq.com/v1alpha1, metadata: {name: auth, namespace: default}, spec: {type: token, token: kpat_${'x'.repeat(32)}, serverURL: us.api.konghq.com}}
---
{kind: KonnectGatewayControlPlane, apiVersion: konnect.konghq.com/v1alpha1, metadata: {name: plane, namespace: default}, spec: {name: plane, konnect: {authRef: {name: auth}}}}`;

/** What an object of each kind says: `value` is what edits change, `parent` the number of the one it refers to. */
const makers: readonly ((name: string, value: number, parent: number) => object)[] = [
  (name, value) => manifest('KongService', name, { ...plane, name, host: `h${value}.example` }),
  (name, value, parent) =>
    manifest('KongRoute', name, { ...ref('serviceRef', `a${parent}`), name, paths: [`/p${value}`] }),
  (name, value) => manifest('KongUpstream', name, { ...plane, name, slots: 100 + value }),
  // A target stays with its upstream.
  (name, value) =>
    manifest('KongTarget', name, {
      upstreamRef: { name: `c${name.slice(1)}` },
      target: `${name}.example:80`,
      weight: value,
    }),
];

function manifest(kind: string, name: string, spec: object): object {
  return { kind, apiVersion: configuration, metadata: { name, namespace: 'default' }, spec };
}

function ref(field: string, name: string): object {
  return { [field]: { type: 'namespacedRef', namespacedRef: { name } } };
}

/** Names say the kind, so that references find their way: a0 … a4 are services, b0 … b4 routes, and so on. */
const step = fc.record({
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constant('apply' as const) },
    { weight: 2, arbitrary: fc.constant('delete' as const) },
    { weight: 2, arbitrary: fc.constant('change' as const) },
    { weight: 2, arbitrary: fc.constant('remove' as const) },
    { weight: 4, arbitrary: fc.constant('event' as const) },
  ),
  kind: fc.nat({ max: makers.length - 1 }),
  number: fc.nat({ max: 4 }),
  value: fc.integer({ min: 1, max: 900 }),
  parent: fc.nat({ max: 4 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

let server: ApiServerUnderTest;

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

it('500 steps of any kind on both sides end converged', { timeout: 120_000 }, async () => {
  // The same steps each time, unless somebody asks for others.
  const runs = Number(process.env['RUNS'] ?? 1);
  const options = { numRuns: runs, endOnFailure: true, ...(runs === 1 ? { seed: 20 } : {}) };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 500, maxLength: 500 }), async (steps) => {
      await using world = await startWorld(server.kubeconfig);
      await world.apply(base);
      await world.settle();
      for (const one of steps) await take(world, one);

      await convergeByDriftChecks(world);

      expectTheSameOnBothSides(world, await world.objects());
    }),
    options,
  );
});

async function take(world: World, { what, kind, number, value, parent }: Step): Promise<void> {
  const name = `${'abcd'[kind]}${number}`;
  const object = (await world.objects()).find(({ object: one }) => one.metadata.name === name);
  if (what === 'apply') {
    if (object?.object.metadata.deletionTimestamp === undefined)
      await world.apply(JSON.stringify(makers[kind]?.(name, value, parent))).catch(refuseUnlessInvalid);
    return;
  }
  if (object === undefined) return;
  const id = placeOf(object.object)?.id;
  const planeId = world.konnect.controlPlanes().find((one) => one.name === 'plane')?.id ?? '';
  const entity = entitiesIn(world, planeId).find((one) => one.entity.id === id);
  if (what === 'delete') await world.admin.delete(object.kind.resource, keyOf(object.object));
  if (what === 'event') await world.reconcile(object.kind.resource.kind, name);
  if (what === 'remove' && entity !== undefined) uproot(world, planeId, entity.entity.id);
  if (what === 'change' && entity !== undefined) {
    const tags = Array.isArray(entity.entity['tags']) ? entity.entity['tags'] : [];
    world.konnect.patchEntity(planeId, entity.collection, entity.entity.id, {
      tags: [...new Set([...tags.slice(0, 20), `hand-${value}`])],
    });
  }
}

/** Rules of the CRDs keep some references of what is programmed as they are. */
function refuseUnlessInvalid(error: unknown): void {
  if (!(error instanceof ClusterError) || error.reason !== 'Invalid') throw error;
}

/** What waits for something is looked at again by the next check, an hour later. */
async function convergeByDriftChecks(world: World): Promise<void> {
  for (let round = 1; round <= 12; round += 1) {
    world.now = new Date(world.now.getTime() + 3_600_000);
    const drift = await checkDrift(world);
    expect(drift.report.problems).toEqual([]);
    if (drift.events.length === 0) return;
    await repair(world, drift);
  }
  expect((await checkDrift(world)).report.findings.filter(({ message }) => !isLost(message))).toEqual([]);
}

/** Refers to an object that there is not, or that goes once nobody refers to it: both are for people to see to. */
function isLost(message: string): boolean {
  return ['does not exist', 'being deleted', 'still in use by'].some((text) => message.includes(text));
}

function expectTheSameOnBothSides(world: World, objects: readonly { readonly object: KubernetesObject }[]): void {
  const planeId = world.konnect.controlPlanes().find((one) => one.name === 'plane')?.id ?? '';
  const all = entitiesIn(world, planeId).map(({ entity }) => entity);
  const own = objects.map(({ object }) => object).filter(({ apiVersion }) => apiVersion === configuration);
  const programmed = own.filter(
    (object) => JSON.stringify(object.status).includes('"Programmed"') && isIn(object, all),
  );
  expect(all.map(({ id }) => id).toSorted()).toEqual(programmed.map((object) => placeOf(object)?.id).toSorted());
  // What is being deleted, and held by others until then, is not repaired any more.
  for (const object of programmed.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
    const spec = isRecord(object.spec) ? object.spec : {};
    const entity = all.find(({ id }) => id === placeOf(object)?.id) ?? {};
    const told = ['name', 'host', 'paths', 'slots', 'target', 'weight'].filter((field) => field in spec);
    expect(Object.fromEntries(told.map((field) => [field, entity[field as keyof typeof entity]]))).toEqual(
      Object.fromEntries(told.map((field) => [field, spec[field]])),
    );
    expect(JSON.stringify(entity)).not.toContain('hand-');
  }
  // Whatever has all it refers to is there.
  const waiting = own.filter((object) => !programmed.includes(object));
  expect(waiting.filter((object) => !isLost(JSON.stringify(object)))).toEqual([]);
  expect(programmed.length).toBeGreaterThan(0);
}

function isIn(object: KubernetesObject, entities: readonly { readonly id: string }[]): boolean {
  return entities.some(({ id }) => id === placeOf(object)?.id);
}

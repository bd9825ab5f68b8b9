import { expect, it } from 'vitest';
import { createMemoryCluster } from '../../test/memory/cluster.ts';
import { consumer, route, routeKind, service, serviceKind } from '../../test/memory/core.ts';
import { kongOperatorFinalizer, pausedAnnotation } from '../engine/names.ts';
import { consumerKind, createScene, everything, furnish, vaultKind } from './fixture.ts';

const inTeam = (name: string) => ({ namespace: 'team', name });

it('tells what it would send, and sends nothing unless dryRun is false', async () => {
  const scene = createScene();
  furnish(scene.cluster);

  const answer = await scene.replay({ all: true });

  expect(scene.sent).toEqual([]);
  expect(answer).toMatchObject({
    run: 'run-1',
    dryRun: true,
    events: { auth: 1, 'control-plane': 2, entity: 4 },
    problems: [],
  });
  expect(answer.objects).toHaveLength(7);
  expect(answer.objects[0]).toEqual({ cluster: 'blue', kind: 'KonnectAPIAuthConfiguration', ...inTeam('auth') });
  expect(answer).not.toHaveProperty('next');
});

it('sends every object, each after what it refers to, with the run as origin', async () => {
  const scene = createScene();
  furnish(scene.cluster);

  const answer = await scene.replay({ all: true, dryRun: false });

  expect(answer).toMatchObject({ dryRun: false, events: { auth: 1, 'control-plane': 2, entity: 4 }, problems: [] });
  expect(scene.told()).toEqual(everything);
  const { uid, resourceVersion } = scene.cluster.user.find(vaultKind.resource, { name: 'vault' })?.metadata ?? {};
  expect(scene.sent.at(-1)?.data).toEqual({
    cluster: 'blue',
    group: 'configuration.konghq.com',
    version: 'v1alpha1',
    kind: 'KongVault',
    name: 'vault',
    uid,
    resourceVersion,
    generation: 1,
    cause: 'replay',
    origin: 'run-1',
  });
});

it('looks closely only when told to', async () => {
  const scene = createScene();
  furnish(scene.cluster);
  await scene.replay({ all: true, dryRun: false, force: true });
  expect(scene.sent.map(({ data }) => data.force)).toEqual(everything.map(() => true));
});

it.each([
  { filter: { kind: 'KongService' }, found: ['KongService svc'] },
  { filter: { name: 'cp' }, found: ['KonnectGatewayControlPlane cp'] },
  { filter: { kind: 'KongService', name: 'cp' }, found: [] },
  { filter: { labelSelector: 'team=shop' }, found: ['KongRoute route'] },
  { filter: { namespace: 'team' }, found: everything.filter((one) => !one.startsWith('KongVault')) },
  { filter: { namespace: 'other' }, found: [] },
  { filter: { controlPlane: 'team/cp' }, found: everything.filter((one) => !/auth|other/.test(one)) },
  { filter: { controlPlane: 'team/cp', kind: 'KongRoute' }, found: ['KongRoute route'] },
  { filter: { controlPlane: 'team/other' }, found: ['KonnectGatewayControlPlane other'] },
  { filter: { cluster: 'blue', uid: 'none' }, found: [] },
])('finds by $filter', async ({ filter, found }) => {
  const scene = createScene();
  furnish(scene.cluster);
  await scene.replay({ ...filter, dryRun: false });
  expect(scene.told()).toEqual(found);
});

it('finds by uid', async () => {
  const scene = createScene();
  furnish(scene.cluster);
  const uid = scene.cluster.user.find(serviceKind.resource, inTeam('svc'))?.metadata.uid;
  await scene.replay({ uid, dryRun: false });
  expect(scene.told()).toEqual(['KongService svc']);
});

it('passes over what functions leave alone: what is paused, for somebody else, or held by the operator of Kong', async () => {
  const scene = createScene();
  scene.cluster.user.apply(serviceKind.resource, service({}, { annotations: { [pausedAnnotation]: 'true' } }));
  scene.cluster.user.apply(consumerKind.resource, consumer({ spec: undefined }));
  const theirs = { finalizers: [kongOperatorFinalizer] };
  scene.cluster.user.apply(serviceKind.resource, service({}, theirs, 'theirs'));
  expect(await scene.replay({ all: true })).toMatchObject({ events: {}, objects: [], problems: [] });
});

it('waits while a queue is long, and looks again after every ten', async () => {
  const scene = createScene();
  furnish(scene.cluster);
  scene.waiting = 45;

  await scene.replay({ kind: 'KongService', dryRun: false });

  expect(scene.pauses).toEqual([1_000, 1_000, 1_000]);
  expect(scene.told()).toEqual(['KongService svc']);
});

it('waits for nobody when it only tells', async () => {
  const scene = createScene();
  furnish(scene.cluster);
  scene.waiting = 1_000;
  await scene.replay({ all: true });
  expect(scene.pauses).toEqual([]);
});

it('stops when its time is up, and goes on from there without leaving out or repeating one', async () => {
  const scene = createScene();
  const names = Array.from({ length: 25 }, (_, index) => `svc-${String(index).padStart(2, '0')}`);
  for (const name of names) scene.cluster.user.apply(serviceKind.resource, service({}, {}, name));
  scene.cluster.user.apply(routeKind.resource, route());
  scene.refuse = () => {
    scene.remaining = scene.sent.length === 0 ? 0 : scene.remaining;
    return [];
  };

  const first = await scene.replay({ all: true, dryRun: false });
  expect(first).toMatchObject({ events: { entity: 10 }, next: 'blue/KongService/team/svc-09' });
  scene.remaining = 900_000;
  const second = await scene.replay({ all: true, dryRun: false, after: first.next, run: first.run });

  expect(second).toMatchObject({ run: first.run, events: { entity: 16 } });
  expect(second).not.toHaveProperty('next');
  expect(scene.told()).toEqual([...names.map((name) => `KongService ${name}`), 'KongRoute route']);
  expect(new Set(scene.sent.map(({ data }) => data.origin))).toEqual(new Set([first.run]));
});

it('has a place to go on also where it had no time for anything', async () => {
  const scene = createScene();
  furnish(scene.cluster);
  scene.remaining = 0;

  const { next } = await scene.replay({ kind: 'KongRoute', dryRun: false });
  scene.remaining = 900_000;
  await scene.replay({ kind: 'KongRoute', dryRun: false, after: next });

  expect(next).toBe('blue/KongRoute');
  expect(scene.told()).toEqual(['KongRoute route']);
});

it('goes through all registered clusters, and says where there is none', async () => {
  const green = createMemoryCluster('green', { now: () => new Date() });
  const scene = createScene({
    clusters: async () => ['green', 'blue'],
    cluster: (name) => (name === 'green' ? green : scene.cluster),
  });
  for (const { user } of [scene.cluster, green]) user.apply(serviceKind.resource, service());
  const answer = await scene.replay({ kind: 'KongService' });
  expect(answer.objects.map(({ cluster }) => cluster)).toEqual(['blue', 'green']);

  const nowhere = createScene({ clusters: async () => [] });
  expect((await nowhere.replay({ all: true })).problems).toEqual([expect.stringMatching(/no cluster is registered/)]);
});

it('tells the first hundred objects and counts them all', async () => {
  const scene = createScene();
  for (let index = 0; index < 130; index += 1)
    scene.cluster.user.apply(serviceKind.resource, service({}, {}, `svc-${index}`));
  const answer = await scene.replay({ all: true });
  expect(answer.objects).toHaveLength(100);
  expect(answer.events).toEqual({ entity: 130 });
});

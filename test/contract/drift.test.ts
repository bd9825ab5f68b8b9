import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCondition, keyOf } from '../../lib/engine/objects.ts';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { checkDrift, repair } from '../drift.ts';
import type { World } from '../world.ts';
import { content, contentWithoutSecrets, coreEntityOf, uproot } from './remote.ts';
import { converged, everyKind, firstOf, homeOf } from './scene.ts';

/* The drift check, for every kind. The suite knows no kind. */

let server: ApiServerUnderTest;

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const none = { missing: 0, different: 0, orphaned: 0, stuck: 0 };

it('T11 T14 T15 T16 finds no difference in any example, three times in a row, and writes nothing', async () => {
  await using world = await converged(server);
  world.konnect.resetRequests();
  const versions = async () => (await world.objects()).map(({ object }) => object.metadata.resourceVersion);
  const before = await versions();

  for (let time = 1; time <= 3; time += 1) {
    const { report, events } = await checkDrift(world);
    expect(report).toMatchObject({ findings: [], problems: [], counts: none });
    expect(events).toEqual([]);
  }

  expect(world.konnect.requests.filter(({ write }) => write)).toEqual([]);
  expect(await versions()).toEqual(before);
});

const core = everyKind.filter(({ kind }) => kind.core !== undefined);

describe.each(core)('$name', async ({ name, kind }) => {
  const home = await homeOf(kind);
  let world: World;
  // Each test leaves the world as it was; the last takes something away for good.
  beforeAll(async () => {
    world = await converged(server, home);
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  it('that somebody changed in Konnect is found different, told, and repaired', async () => {
    const before = content(world);
    const object = await firstOf(world, kind);
    const { plane, collection, id } = coreEntityOf(world, object);
    world.konnect.patchEntity(plane, collection, id, { tags: ['by-hand', `k8s-uid:${object.metadata.uid}`] });

    const reported = await checkDrift(world, { mode: 'report' });
    expect(reported.events).toEqual([]);
    expect(reported.report.findings).toMatchObject([{ class: 'different', kind: name, id, sent: false }]);
    expect(reported.report.findings[0]?.fields?.map(({ path }) => path)).toEqual(['tags']);
    const told = await firstOf(world, kind);
    expect(findCondition(told, 'InSync')).toMatchObject({ status: 'False', message: expect.stringContaining('tags') });

    const found = await checkDrift(world);
    expect(found.events).toMatchObject([{ kind: name, cause: 'drift', origin: found.report.run }]);
    expect((await firstOf(world, kind)).metadata.resourceVersion).toBe(told.metadata.resourceVersion);
    await repair(world, found);

    expect(content(world)).toEqual(before);
    expect(findCondition(await firstOf(world, kind), 'InSync')).toMatchObject({ status: 'True' });
    expect((await checkDrift(world)).report).toMatchObject({ findings: [], problems: [] });
  });

  it('that somebody deleted in Konnect is found missing, and comes back with all that went with it', async () => {
    const before = contentWithoutSecrets(world);
    const { plane, id } = coreEntityOf(world, await firstOf(world, kind));
    uproot(world, plane, id);

    const found = await checkDrift(world);

    expect(found.report.problems).toEqual([]);
    expect(found.report.findings).toContainEqual(expect.objectContaining({ class: 'missing', kind: name, id }));
    expect(new Set(found.report.findings.map((finding) => finding.class))).toEqual(new Set(['missing']));
    expect(findCondition(await firstOf(world, kind), 'InSync')).toMatchObject({ status: 'False', reason: 'Missing' });
    await repair(world, found);
    expect(await world.settle()).toEqual([]);
    expect(contentWithoutSecrets(world)).toEqual(before);
    expect((await checkDrift(world)).report).toMatchObject({ findings: [], problems: [] });
  });

  it('that lost its object is found orphaned, and deleted where that is asked for', async () => {
    const object = await firstOf(world, kind);
    const { plane, collection, id } = coreEntityOf(world, object);
    await world.admin.patch(kind.resource, keyOf(object), { metadata: { finalizers: null } });
    await world.admin.delete(kind.resource, keyOf(object));
    const entity = () => world.konnect.entities(plane, collection).find((one) => one.id === id);

    const reported = (await checkDrift(world)).report.findings.filter(({ class: found }) => found === 'orphaned');
    expect(reported).toMatchObject([{ kind: name, id, policy: 'report', sent: false }]);

    const annotations = { 'konnect-reconciler.io/orphan-policy': 'repair' };
    await world.admin.patch(namespaces, { name: world.namespace }, { metadata: { annotations } });
    const found = await checkDrift(world, { kinds: [name] });
    expect(found.events.filter(({ orphanIn }) => orphanIn !== undefined)).toHaveLength(1);
    await repair(world, found);
    expect(entity()).toBeUndefined();
  });
});

const namespaces = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

import { expect, it } from 'vitest';
import { namesLimit, programmed } from '../../../test/memory/annotations.ts';
import { routeKind, serviceKind } from '../../../test/memory/core.ts';
import { key } from '../../../test/memory/manifests.ts';
import {
  annotate,
  applyConsumer,
  applyGroup,
  applyRoute,
  applyService,
  bindingsFor,
  objectsOf,
  plugin,
  pluginKind,
  plugins,
  settleAll,
  stageWithControlPlane,
} from '../../../test/memory/plugins.ts';
import type { Stage } from '../../../test/memory/stage.ts';

/* Routes that name a plugin, and whose service is not there. */

const unplaced = /^False RoutesUnplaced: .*; no control plane is known of KongRoute route: /;
const bindingUids = (stage: Stage) => objectsOf(stage, 'KongPluginBinding').map(({ metadata }) => metadata.uid);

async function stageWithPlugin(): Promise<Stage> {
  const stage = await stageWithControlPlane();
  stage.cluster.user.apply(pluginKind.resource, plugin());
  return stage;
}

function loseService(stage: Stage): void {
  stage.cluster.user.edit(serviceKind.resource, key('svc'), { metadata: { finalizers: null } });
  stage.cluster.user.remove(serviceKind.resource, key('svc'));
}

it.each([
  ['consumer', applyConsumer, 'consumer someone + route route'],
  ['group', applyGroup, 'consumerGroup someone + route route'],
] as const)(
  'a plugin on such a route and on a %s is on nothing, until the service is there',
  async (_, apply, both) => {
    await using stage = await stageWithPlugin();
    apply(stage, 'someone', namesLimit);
    applyRoute(stage, 'route', namesLimit);
    await settleAll(stage);

    expect(bindingsFor(stage)).toEqual([]);
    expect(plugins(stage)).toEqual([]);
    expect(programmed(stage)).toMatch(unplaced);

    applyService(stage);
    await settleAll(stage);
    expect(bindingsFor(stage)).toEqual([both]);
    expect(programmed(stage)).toMatch(/^True/);
  },
);

it('a plugin on such a route alone says so', async () => {
  await using stage = await stageWithPlugin();
  applyRoute(stage, 'route', namesLimit);
  await settleAll(stage);

  expect(programmed(stage)).toMatch(unplaced);
  expect(stage.object(pluginKind, 'limit').metadata.finalizers).toBeUndefined();
});

it('a plugin that is on a consumer stays there until the service of such a route is there', async () => {
  await using stage = await stageWithPlugin();
  applyConsumer(stage, 'alice', namesLimit);
  await settleAll(stage);
  const before = bindingUids(stage);
  applyRoute(stage, 'route', namesLimit);
  await settleAll(stage);

  expect(bindingUids(stage)).toEqual(before);
  expect(programmed(stage)).toMatch(unplaced);

  applyService(stage);
  await settleAll(stage);
  expect(bindingsFor(stage)).toEqual(['consumer alice + route route']);
});

it('a plugin leaves a consumer that names it no longer, whatever is missing', async () => {
  await using stage = await stageWithPlugin();
  applyConsumer(stage, 'alice', namesLimit);
  await settleAll(stage);
  applyRoute(stage, 'route', namesLimit);
  annotate(stage, 'KongConsumer', 'alice', null);
  await settleAll(stage);

  expect(bindingsFor(stage)).toEqual([]);
});

it('a plugin goes on each placed route meanwhile', async () => {
  await using stage = await stageWithPlugin();
  applyConsumer(stage, 'alice', namesLimit);
  applyRoute(stage, 'route', namesLimit);
  applyService(stage, 'placed', namesLimit);
  await settleAll(stage);

  expect(bindingsFor(stage)).toEqual(['consumer alice + service placed']);
  expect(plugins(stage)).toHaveLength(1);
  expect(programmed(stage)).toMatch(unplaced);
});

it('a plugin on a consumer and a route stays on both alone when the service goes missing, and says so', async () => {
  await using stage = await stageWithPlugin();
  applyService(stage);
  applyConsumer(stage, 'alice', namesLimit);
  applyRoute(stage, 'route', namesLimit);
  await settleAll(stage);
  const before = bindingUids(stage);
  const offered = routeKind.offers(stage.object(routeKind, 'route'));
  loseService(stage);
  await settleAll(stage);

  // Else nobody would tell the plugin.
  expect(routeKind.offers(stage.object(routeKind, 'route'))).not.toEqual(offered);
  expect(bindingUids(stage)).toEqual(before);
  expect(programmed(stage)).toMatch(unplaced);

  applyService(stage);
  await settleAll(stage);
  expect(routeKind.offers(stage.object(routeKind, 'route'))).toEqual(offered);
  expect(bindingUids(stage)).toEqual(before);
  expect(programmed(stage)).toMatch(/^True/);
});

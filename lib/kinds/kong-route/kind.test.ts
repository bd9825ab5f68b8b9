import { expect, it } from 'vitest';
import { entity, planeId, programmedService, route, routeKind } from '../../../test/memory/core.ts';
import { konnectCalls, settle } from '../../../test/memory/manifests.ts';

it('T14 a route for gRPC does not strip its path, and finds nothing wrong with that', async () => {
  await using stage = await programmedService();
  stage.cluster.user.apply(routeKind.resource, route({ protocols: ['grpcs', 'grpc'] }));
  await settle(stage, routeKind, 'route');
  expect(entity(stage, 'routes')['strip_path']).toBe(false);

  await stage.reconcile(routeKind, 'route', { cause: 'drift' });

  expect(konnectCalls(stage).filter((call) => !call.startsWith('GET'))).toEqual([]);
});

it('a header that somebody adds to a route in Konnect is taken out again', async () => {
  await using stage = await programmedService();
  stage.cluster.user.apply(routeKind.resource, route({ headers: { 'x-a': ['1', '2'] } }));
  await settle(stage, routeKind, 'route');
  const { id } = entity(stage, 'routes');
  const plane = planeId(stage);
  stage.konnect.patchEntity(plane, 'routes', id, { headers: { 'x-a': ['2', '1'], 'x-b': ['3'] } });

  await stage.reconcile(routeKind, 'route', { cause: 'drift' });

  expect(entity(stage, 'routes')['headers']).toEqual({ 'x-a': ['1', '2'] });
});

import { expect, it } from 'vitest';
import { inControlPlane, route, routeKind } from '../../test/memory/core.ts';
import { controlPlaneKind } from '../../test/memory/manifests.ts';
import { ClusterError, Terminal } from '../engine/errors.ts';
import { createScene, everything, furnish } from './fixture.ts';

it('goes on with the other kinds where one can not be listed', async () => {
  const scene = createScene();
  furnish(scene.cluster);
  scene.cluster.intercept(({ kind }) =>
    kind === 'KongService' ? new ClusterError('list kongservices: not allowed', { status: 403 }) : undefined,
  );

  const answer = await scene.replay({ all: true, dryRun: false });

  expect(scene.told()).toEqual(everything.filter((one) => one !== 'KongService svc'));
  expect(answer.problems).toEqual(['KongService of cluster blue was not replayed: list kongservices: not allowed']);
});

it('goes on with the other clusters where one does not answer or is not known', async () => {
  const scene = createScene({ clusters: async () => ['away', 'blue'] });
  furnish(scene.cluster);
  let calls = 0;
  scene.cluster.intercept(() => {
    calls += 1;
    return calls === 1 ? new ClusterError('list: the API server did not answer (ECONNREFUSED)', {}) : undefined;
  });
  const answer = await scene.replay({ all: true });
  expect(answer.objects).toHaveLength(everything.length);
  expect(answer.problems).toEqual([expect.stringMatching(/^cluster \w+ was not replayed from \w+ on: .*ECONNREFUSED/)]);

  const unknown = createScene();
  unknown.cluster.list = () => Promise.reject(new Terminal('the cluster blue is not registered'));
  const problems = [expect.stringMatching(/the cluster blue is not registered$/)];
  expect(await unknown.replay({ cluster: 'blue', all: true })).toMatchObject({ events: {}, problems });
});

it('says nothing of kinds that a cluster does not serve, unless it was asked for one', async () => {
  const scene = createScene();
  scene.cluster.intercept(() => new ClusterError('the cluster does not serve it', { status: 404 }));
  expect((await scene.replay({ all: true })).problems).toEqual([]);
  expect((await scene.replay({ kind: 'KongRoute' })).problems).toHaveLength(1);
});

it.each([
  {
    what: 'can not be listed',
    failure: { status: 403 },
    problems: [/^some KongRoute of cluster blue were not replayed: no/],
  },
  { what: 'is not served', failure: { status: 404 }, problems: [] },
])('replays what lives in a control plane for certain where a kind that others refer to $what', async (given) => {
  const scene = createScene();
  furnish(scene.cluster);
  scene.cluster.user.apply(
    routeKind.resource,
    route({ controlPlaneRef: inControlPlane, serviceRef: undefined }, {}, 'own'),
  );
  scene.cluster.intercept(({ kind }) => (kind === 'KongService' ? new ClusterError('no', given.failure) : undefined));

  const answer = await scene.replay({ controlPlane: 'team/cp', dryRun: false });

  expect(scene.told()).toContain('KongRoute own');
  expect(scene.told()).not.toContain('KongRoute route');
  const told = answer.problems.filter((problem) => problem.includes('KongRoute'));
  expect(told).toEqual(given.problems.map((text) => expect.stringMatching(text)));
});

it('names every object whose event SQS refuses, and counts the others only', async () => {
  const scene = createScene();
  furnish(scene.cluster);
  scene.refuse = (events) => events.filter(({ data }) => data.name === 'cp');

  const answer = await scene.replay({ kind: controlPlaneKind.resource.kind, dryRun: false });

  expect(answer.events).toEqual({ 'control-plane': 1 });
  expect(answer.problems).toEqual([
    'konnect.konghq.com/KonnectGatewayControlPlane/team/cp of cluster blue was not replayed: SQS says InternalError: try again',
  ]);
});

it('refuses a label selector that the API server does not understand', async () => {
  const scene = createScene();
  scene.cluster.intercept(() => new ClusterError('unable to parse requirement', { status: 400 }));
  await expect(scene.replay({ labelSelector: 'a in' })).rejects.toThrow(/^labelSelector .*unable to parse requirement/);
});

import { expect, it } from 'vitest';
import {
  inControlPlane,
  planeId,
  programmedRoute,
  programmedService,
  route,
  routeKind,
} from '../../test/memory/core.ts';
import { authConfiguration, authKind, controlPlaneKind, key, named } from '../../test/memory/manifests.ts';
import { type Stage, startStage } from '../../test/memory/stage.ts';
import { ClusterError } from '../engine/errors.ts';
import { finalizer, orphanPolicyAnnotation } from '../engine/names.ts';
import { checked } from './fixture.ts';

/* One failure in the middle of a drift check: what was found beside it is told and sent all the same. */

/** The first read of what has that name ends with an error. */
function failOnce({ cluster }: Stage, kind: string, name: string): void {
  let failed = false;
  cluster.intercept((call) => {
    if (call.verb !== 'get' || call.kind !== kind || call.name !== name || failed) return undefined;
    failed = true;
    return new ClusterError(`GET ${kind} ${name}: the API server did not answer (ECONNRESET)`, {});
  });
}

function hourLater(stage: Stage): void {
  stage.now = new Date(stage.now.getTime() + 3_600_000);
}

/** Objects of two kinds in three namespaces, of which an event was lost. */
async function neglected(): Promise<Stage> {
  const stage = await startStage();
  const { user } = stage.cluster;
  const network = named('KonnectCloudGatewayNetwork');
  for (const namespace of ['a', 'b', 'c']) {
    const metadata = { name: 'auth', namespace, finalizers: [finalizer] };
    user.apply(authKind.resource, authConfiguration({}, metadata));
    user.plant(network.resource, {
      apiVersion: `${network.resource.group}/${network.resource.version}`,
      kind: network.resource.kind,
      metadata: { name: 'net', namespace, uid: `net-${namespace}`, resourceVersion: '1', finalizers: [finalizer] },
      spec: {},
    });
  }
  hourLater(stage);
  return stage;
}

it('a namespace that can not be read is one problem; what is in others is sent, and later kinds ask again', async () => {
  await using stage = await neglected();
  failOnce(stage, 'Namespace', 'b');

  const { report, told } = await checked(stage);

  expect(report?.problems).toMatchObject([
    { kind: 'KonnectAPIAuthConfiguration', message: expect.stringContaining('GET Namespace b: ') },
  ]);
  expect(told.toSorted()).toEqual([
    'KonnectAPIAuthConfiguration a/auth',
    'KonnectAPIAuthConfiguration c/auth',
    'KonnectCloudGatewayNetwork a/net',
    'KonnectCloudGatewayNetwork b/net',
    'KonnectCloudGatewayNetwork c/net',
  ]);
  expect(report?.events).toBe(5);
});

it('an owner that can not be looked for is one problem; entities that others left are sent', async () => {
  await using stage = await programmedService();
  const annotations = { [orphanPolicyAnnotation]: 'repair' };
  stage.cluster.user.edit(controlPlaneKind.resource, key('cp'), { metadata: { annotations } });
  for (const [index, name] of ['first', 'second', 'third'].entries()) {
    const own = ['managed-by:konnect-reconciler', 'k8s-kind:KongService', 'k8s-cluster:blue', 'k8s-namespace:team'];
    const tags = [...own, `k8s-uid:uid-${name}`, `k8s-name:${name}`];
    const id = `00000000-0000-4000-8000-0000000000a${index}`;
    stage.konnect.putEntity(planeId(stage), 'services', id, { name, host: 'x.example', tags });
  }
  failOnce(stage, 'KongService', 'second');

  const { report, told } = await checked(stage);

  expect(report?.problems).toMatchObject([
    { kind: 'KongService', message: expect.stringContaining('GET KongService second: ') },
  ]);
  expect(told).toEqual(['KongService team/first', 'KongService team/third']);
  expect(report?.findings).toMatchObject([
    { class: 'orphaned', name: 'first', sent: true },
    { class: 'orphaned', name: 'third', sent: true },
  ]);
});

it('objects whose control plane can not be found keep none of their kind from being checked', async () => {
  await using stage = await programmedRoute();
  const own = route({ controlPlaneRef: inControlPlane, serviceRef: undefined }, {}, 'own');
  stage.cluster.user.apply(routeKind.resource, own);
  hourLater(stage);
  stage.cluster.intercept(({ verb, kind }) =>
    verb === 'list' && kind === 'KongService'
      ? new ClusterError('KongService: not allowed', { status: 403 })
      : undefined,
  );

  const { report, told } = await checked(stage, {}, { kinds: [routeKind.resource.kind] });

  expect(told).toEqual(['KongRoute team/own']);
  expect(report?.findings).toMatchObject([{ class: 'stuck', name: 'own' }]);
  const problem = { kind: 'KongRoute', message: 'KongService: not allowed' };
  expect(report?.problems).toMatchObject([{ ...problem, controlPlane: 'team/cp' }, problem]);
});

it('a queue that does not take the rest hides nothing of what was done', async () => {
  await using stage = await neglected();
  // Enough for the first kind.
  const left = [Number.POSITIVE_INFINITY];
  const put = async () => Promise.reject(new Error('SQS did not take 1 parts of a drift check: InternalError'));

  const kinds = [authKind, named('KonnectCloudGatewayNetwork')].map(({ resource }) => resource.kind);
  const { report, queued, told } = await checked(stage, { remaining: () => left.shift() ?? 0, put }, { kinds });

  expect(told).toHaveLength(3);
  expect(report).toMatchObject({
    events: 3,
    problems: [{ cluster: 'blue', message: 'SQS did not take 1 parts of a drift check: InternalError' }],
  });
  expect(queued).toBe(0);
});

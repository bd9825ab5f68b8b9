import { expect, it } from 'vitest';
import { planeId, programmedService } from '../../test/memory/core.ts';
import { authConfiguration, authKind, controlPlaneKind, key, named } from '../../test/memory/manifests.ts';
import { type Stage, startStage } from '../../test/memory/stage.ts';
import { ClusterError } from '../engine/errors.ts';
import { finalizer, orphanPolicyAnnotation } from '../engine/names.ts';
import type { ObjectEventData } from '../events/event.ts';
import { startRun } from './plan.ts';

/* One failure in the middle of a drift check: what was found beside it is sent all the same. */

async function checked({ environment, cluster, konnect }: Stage) {
  const events: ObjectEventData[] = [];
  const ports = {
    ...environment,
    clusters: async () => ['blue'],
    clusterNamed: () => cluster,
    async send(sent: readonly ObjectEventData[]) {
      events.push(...sent);
      return [];
    },
    konnectCalls: () => konnect.requests.length,
    remaining: () => Number.POSITIVE_INFINITY,
  };
  const { report } = await startRun({ mode: 'repair', wait: true }, ports, { put: async () => undefined });
  return { report, told: events.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`) };
}

/** The first so many reads of what has that name end with an error. */
function failFor({ cluster }: Stage, kind: string, name: string, times = 1): void {
  let left = times;
  cluster.intercept((call) => {
    if (call.verb !== 'get' || call.kind !== kind || call.name !== name || left === 0) return undefined;
    left -= 1;
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
  failFor(stage, 'Namespace', 'b');

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
  failFor(stage, 'KongService', 'second');

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

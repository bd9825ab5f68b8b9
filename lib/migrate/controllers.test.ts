import { describe, expect, it } from 'vitest';
import { ClusterError } from '../engine/errors.ts';
import type { KubernetesObject } from '../engine/objects.ts';
import type { Cluster } from '../engine/ports.ts';
import { runningControllers } from './controllers.ts';

const now = new Date('2026-03-01T12:00:00Z');
const kongs = 'docker.io/kong/gateway-operator:1.5.1';

function deployment(image: string, spec: object = {}, container: object = {}, status: object = {}): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'op', namespace: 'kong-system', uid: 'u', resourceVersion: '1' },
    spec: { replicas: 1, template: { spec: { containers: [{ image, ...container }] } }, ...spec },
    status,
  };
}

function lease(secondsAgo: number, name = 'a7feedc84.konghq.com'): KubernetesObject {
  const renewTime = new Date(now.getTime() - secondsAgo * 1000).toISOString().replace('Z', '000Z');
  const metadata = { name, namespace: 'kong-system', uid: 'l', resourceVersion: '1' };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: { renewTime } };
}

function clusterWith(...objects: readonly KubernetesObject[]): Pick<Cluster, 'list'> {
  return { list: async ({ kind }) => objects.filter((object) => object.kind === kind) };
}

const off = { args: ['--enable-controller-konnect=false'] };
const offByVariable = { env: [{ name: 'GATEWAY_OPERATOR_ENABLE_CONTROLLER_KONNECT', value: 'false' }] };

describe("Kong's operator", () => {
  it.each<{ what: string; objects: readonly KubernetesObject[]; runs: boolean }>([
    { what: 'scaled up', objects: [deployment(kongs)], runs: true },
    {
      what: 'of a private registry',
      objects: [deployment('registry.shop:5000/mirror/gateway-operator@sha256:00')],
      runs: true,
    },
    { what: 'of a later version', objects: [deployment('kong/kong-operator:2.1')], runs: true },
    { what: 'without a number of replicas', objects: [deployment(kongs, { replicas: undefined })], runs: true },
    { what: 'scaled down', objects: [deployment(kongs, { replicas: 0 })], runs: false },
    {
      what: 'scaled down, its pods going',
      objects: [deployment(kongs, { replicas: 0 }, {}, { replicas: 1 })],
      runs: true,
    },
    { what: 'with its Konnect controllers off', objects: [deployment(kongs, {}, off), lease(5)], runs: false },
    { what: 'with them off by a variable', objects: [deployment(kongs, {}, offByVariable)], runs: false },
    {
      what: 'scaled down, with a lease from before',
      objects: [deployment(kongs, { replicas: 0 }), lease(5)],
      runs: false,
    },
    { what: 'seen by its lease only', objects: [lease(5)], runs: true },
    { what: 'long gone', objects: [lease(600)], runs: false },
    { what: 'not there', objects: [deployment('kong/kong-gateway:3.9'), lease(5, 'other')], runs: false },
  ])('$what: runs $runs', async ({ objects, runs }) => {
    expect(await runningControllers(clusterWith(...objects), 'here', now)).toHaveLength(runs ? 1 : 0);
  });

  it('is told with the command that stops it', async () => {
    const [text] = await runningControllers(clusterWith(deployment(kongs)), 'here', now);
    expect(text).toContain('`kubectl -n kong-system scale deployment op --replicas=0`');
  });

  it('is not taken for stopped where the cluster does not tell', async () => {
    const list = () => Promise.reject(new ClusterError('forbidden', { status: 403 }));
    await expect(runningControllers({ list }, 'here', now)).rejects.toThrow('forbidden');
  });
});

it('our forwarder is what stands in the way back', async () => {
  const ours = deployment('registry.shop/forwarder:1');
  const labelled = {
    ...ours,
    metadata: { ...ours.metadata, labels: { 'app.kubernetes.io/name': 'konnect-reconciler' } },
  };

  expect(await runningControllers(clusterWith(labelled, deployment(kongs)), 'back', now)).toHaveLength(1);
  expect(await runningControllers(clusterWith(ours), 'back', now)).toEqual([]);
});

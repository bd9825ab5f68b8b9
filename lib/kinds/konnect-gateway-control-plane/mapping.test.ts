import { describe, expect, it } from 'vitest';
import type { Entity } from '../../engine/plan.ts';
import { mapping } from './mapping.ts';
import { controlPlaneFacts, controlPlaneRef } from './ref.ts';

const endpoints = {
  control_plane_endpoint: 'https://a.eu.cp0.konghq.com',
  telemetry_endpoint: 'https://a.eu.tp0.konghq.com',
};

function objectOf(spec: unknown, status?: unknown, metadata: object = {}) {
  const base = { name: 'one', namespace: 'team', uid: 'u', resourceVersion: '1' };
  return {
    apiVersion: 'v1',
    kind: 'x',
    metadata: { ...base, ...metadata },
    spec,
    ...(status === undefined ? {} : { status }),
  };
}

function entityOf(some: Readonly<Record<string, unknown>> = {}): Entity {
  return { id: 'e', name: 'one', description: '', labels: { 'k8s-uid': 'u' }, config: endpoints, ...some };
}

describe('payload', () => {
  const tags = { 'k8s-uid': 'u', 'k8s-name': `${'n'.repeat(80)}`, 'managed-by': 'konnect-reconciler' };

  it('T21 sends a default for everything that can be changed and is not set', () => {
    expect(mapping.payload(objectOf({ name: 'one' }), {})).toEqual({
      name: 'one',
      description: '',
      cluster_type: 'CLUSTER_TYPE_CONTROL_PLANE',
      auth_type: 'pinned_client_certs',
      proxy_urls: [],
      labels: {},
    });
  });

  it('refuses an object without a name, which only a mirrored one may be', () => {
    expect(() => mapping.payload(objectOf({}), {})).toThrow('spec.name: is required');
  });

  it('T22 takes every field of the object', () => {
    const spec = {
      name: 'one',
      description: 'd',
      cluster_type: 'CLUSTER_TYPE_CONTROL_PLANE_GROUP',
      auth_type: 'pki_client_certs',
      cloud_gateway: true,
      proxy_urls: [{ host: 'x.com', port: 443, protocol: 'https' }],
      labels: { a: 'b' },
    };

    expect(mapping.payload(objectOf(spec), {})).toEqual(spec);
  });

  it('T59 cuts labels, and whose the entity is can not be overwritten', () => {
    const spec = { name: 'one', labels: { 'k8s-uid': 'theirs', 'managed-by': 'argo' } };

    expect(mapping.payload(objectOf(spec), tags)).toMatchObject({
      labels: { 'k8s-uid': 'u', 'k8s-name': 'n'.repeat(63), 'managed-by': 'argo' },
    });
  });

  it('refuses what no CRD would have let through, and quotes no value', () => {
    expect(() => mapping.payload(objectOf({ name: 7 }), {})).toThrow(/spec\.name/);
    expect(() => mapping.payload(objectOf(undefined), {})).toThrow(/spec: must be object/);
  });
});

describe('cloud_gateway, which Konnect can not change', () => {
  const entity = { id: 'i', config: { cloud_gateway: false } };
  const frozen = (spec: object) => mapping.frozen(mapping.payload(objectOf({ name: 'one', ...spec }), {}), entity);

  it('is refused where it should become another, and says what to do', () => {
    expect(frozen({ cloud_gateway: true })).toMatch(/spec\.cloud_gateway can not be changed.*set it back to false/);
  });

  it.each([{}, { cloud_gateway: false }])('is left alone for %j', (spec) => {
    expect(frozen(spec)).toBeUndefined();
  });
});

describe('difference', () => {
  const wanted = mapping.payload(
    objectOf({
      name: 'one',
      proxy_urls: [
        { host: 'a', port: 1, protocol: 'x' },
        { host: 'b', port: 2, protocol: 'x' },
      ],
    }),
    { 'k8s-uid': 'u', 'k8s-generation': '3' },
  );
  const same = {
    labels: { 'k8s-uid': 'u', 'k8s-generation': '2' },
    config: {
      ...endpoints,
      auth_type: 'pinned_client_certs',
      proxy_urls: [
        { host: 'b', port: 2, protocol: 'x' },
        { host: 'a', port: 1, protocol: 'x' },
      ],
    },
  };

  it.each([
    { reason: 'T14 T15 T18 what Konnect adds, another order, an older generation', observed: same, paths: [] },
    { reason: 'a null for an empty text', observed: { ...same, description: null }, paths: [] },
    { reason: 'another description', observed: { ...same, description: 'by hand' }, paths: ['description'] },
    {
      reason: 'a label too many',
      observed: { ...same, labels: { ...same.labels, extra: 'x' } },
      paths: ['labels.extra'],
    },
    {
      reason: 'another way to authenticate',
      observed: { ...same, config: { ...same.config, auth_type: 'pki_client_certs' } },
      paths: ['auth_type'],
    },
    { reason: 'no addresses', observed: { ...same, config: endpoints }, paths: ['auth_type', 'proxy_urls'] },
  ])('$reason', ({ observed, paths }) => {
    expect(mapping.difference(wanted, entityOf(observed)).map(({ path }) => path)).toEqual(paths);
  });
});

describe('status', () => {
  it('has both endpoints or none', () => {
    expect(mapping.status(entityOf())).toEqual({
      konnectEndpoints: { controlPlane: endpoints.control_plane_endpoint, telemetry: endpoints.telemetry_endpoint },
    });
    expect(mapping.status(entityOf({ config: { control_plane_endpoint: 'https://a' } }))).toEqual({});
  });
});

describe('controlPlaneRef', () => {
  const ref = controlPlaneRef(() => []);
  const konnectEndpoints = { controlPlane: 'https://a', telemetry: 'https://b' };

  it.each([
    { reason: 'none', found: undefined, says: 'Konnect control plane team/one does not exist' },
    {
      reason: 'without an id',
      found: objectOf({}, { konnectEndpoints }),
      says: 'Konnect control plane team/one not programmed yet',
    },
    {
      reason: 'without endpoints',
      found: objectOf({}, { id: 'x' }),
      says: 'Konnect control plane team/one not programmed yet',
    },
    {
      reason: 'on its way out',
      found: objectOf({}, { id: 'x', konnectEndpoints }, { deletionTimestamp: '2026-03-01T12:00:00Z' }),
      says: 'Konnect control plane team/one is being deleted',
    },
  ])('$reason: waits', ({ found, says }) => {
    const { usable, conditions } = ref.judge(found, { namespace: 'team', name: 'one' });

    expect(usable).toBe(false);
    expect(conditions).toEqual([{ type: 'ControlPlaneRefValid', status: 'False', reason: 'Invalid', message: says }]);
  });

  it('is usable as long as it exists in Konnect, whatever became of its latest edit', () => {
    const conditions = [{ type: 'Programmed', status: 'False', reason: 'FailedToUpdate' }];
    const found = objectOf({}, { id: 'x', konnectEndpoints, conditions });

    expect(ref.judge(found, { name: 'one' }).usable).toBe(true);
    expect(controlPlaneFacts(found)).toEqual({
      id: 'x',
      clusterType: 'CLUSTER_TYPE_CONTROL_PLANE',
      endpoints: konnectEndpoints,
    });
  });
});

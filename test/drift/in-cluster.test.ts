import { describe, expect, it } from 'vitest';
import { findCondition, keyOf } from '../../lib/engine/objects.ts';
import type { ApiServerUnderTest } from '../api-server.ts';
import { checkDrift, repair } from '../drift.ts';
import { startWorld, type World } from '../world.ts';
import { change, clean, first, found, object, resourceOf, simple, worldForEach } from './scene.ts';

/* What a drift check makes of a cluster that is not as it was. */

let server: ApiServerUnderTest;
let world: World;
worldForEach(simple, (one, on) => {
  world = one;
  server = on;
});

describe('what is not ours to look after', () => {
  const later = () => {
    world.now = new Date(world.now.getTime() + 3_600_000);
  };

  it('is a namespace that nobody watches: objects there are left alone', async () => {
    const elsewhere = await startWorld(server.kubeconfig);
    await using _ = elsewhere;
    await elsewhere.apply(simple);
    elsewhere.now = new Date(elsewhere.now.getTime() + 3_600_000);
    expect((await checkDrift(elsewhere)).report).toMatchObject(clean);

    await elsewhere.settle();
    await change(world, 'KongService', await first(world, 'KongService'), { host: 'elsewhere.example' });
    expect(found(await checkDrift(elsewhere))).toEqual([]);
  });

  it("is an object of Kong's own operator, beside ours", async () => {
    const service = await object(world, 'KongService', await first(world, 'KongService'));
    const finalizers = ['gateway.konghq.com/konnect-cleanup'];
    await change(world, 'KongService', service.metadata.name, { host: 'elsewhere.example' });
    await world.admin.patch(resourceOf('KongService'), keyOf(service), { metadata: { finalizers } });
    later();

    expect(found(await checkDrift(world))).toEqual([]);
  });
});

describe('in the cluster', () => {
  it('what changed or was deleted while nobody watched is found, and nothing else', async () => {
    const services = (count: number, text: (index: number) => string) =>
      Array.from({ length: count }, (_, index) => text(index)).join('\n---\n');
    const service = (index: number, host: string) =>
      `{kind: KongService, apiVersion: configuration.konghq.com/v1alpha1, metadata: {name: s-${index}, namespace: default}, spec: {name: s-${index}, host: ${host}, controlPlaneRef: {type: konnectNamespacedRef, konnectNamespacedRef: {name: gateway-control-plane}}}}`;
    await world.apply(services(70, (index) => service(index, 'old.example')));
    await world.settle();
    await world.apply(services(50, (index) => service(index, 'new.example')));
    for (let index = 50; index < 60; index += 1)
      await world.admin.delete(resourceOf('KongService'), { namespace: world.namespace, name: `s-${index}` });
    world.now = new Date(world.now.getTime() + 3_600_000);

    const drift = await checkDrift(world);

    expect(found(drift)).toEqual(Array.from({ length: 60 }, (_, index) => `stuck KongService s-${index}`).toSorted());
    expect(drift.events).toHaveLength(60);
    await repair(world, drift);
    expect((await checkDrift(world)).report).toMatchObject(clean);
    expect(await world.get('KongService', 's-55')).toBeUndefined();
  });

  it('what is not programmed for long is stuck, and says why', async () => {
    await world.apply(
      '{kind: KongRoute, apiVersion: configuration.konghq.com/v1alpha1, metadata: {name: lost, namespace: default}, spec: {name: lost, paths: [/x], serviceRef: {type: namespacedRef, namespacedRef: {name: nobody}}}}',
    );
    await world.settle();
    expect((await checkDrift(world)).report).toMatchObject(clean);
    world.now = new Date(world.now.getTime() + 3_600_000);

    expect((await checkDrift(world)).report.findings).toMatchObject([
      { class: 'stuck', name: 'lost', message: expect.stringContaining('nobody does not exist') },
    ]);
  });

  it('what was given to an ingress controller while nobody watched leaves Konnect', async () => {
    await world.apply(
      '{kind: KongConsumerGroup, apiVersion: configuration.konghq.com/v1beta1, metadata: {name: given, namespace: default}, spec: {name: given, controlPlaneRef: {type: konnectNamespacedRef, konnectNamespacedRef: {name: gateway-control-plane}}}}',
    );
    await world.settle();
    const resource = resourceOf('KongConsumerGroup');
    const key = keyOf(await object(world, 'KongConsumerGroup', 'given'));
    // Only what is not programmed may be given away.
    const pending = { type: 'Programmed', status: 'Unknown', reason: 'Pending', message: '' };
    const conditions = [{ ...pending, lastTransitionTime: '2026-01-01T00:00:00Z' }];
    await world.admin.patch(resource, key, { status: { conditions } }, { subresource: 'status' });
    await world.admin.patch(resource, key, { spec: { controlPlaneRef: { type: 'kic', konnectNamespacedRef: null } } });
    world.now = new Date(world.now.getTime() + 3_600_000);

    const drift = await checkDrift(world);

    expect(found(drift)).toEqual(['stuck KongConsumerGroup given']);
    await repair(world, drift);
    expect((await object(world, 'KongConsumerGroup', 'given')).metadata.finalizers ?? []).toEqual([]);
    expect((await checkDrift(world)).report).toMatchObject(clean);
  });

  it('a finalizer of ours that somebody took off is put back', async () => {
    const name = await first(world, 'KongService');
    const service = await object(world, 'KongService', name);
    await world.admin.patch(resourceOf('KongService'), keyOf(service), { metadata: { finalizers: null } });

    const drift = await checkDrift(world);

    expect(found(drift)).toEqual([`stuck KongService ${name}`]);
    await repair(world, drift);
    expect((await object(world, 'KongService', name)).metadata.finalizers).toHaveLength(1);
    expect(findCondition(await object(world, 'KongService', name), 'Programmed')).toMatchObject({ status: 'True' });
  });
});

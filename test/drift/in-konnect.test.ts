import { describe, expect, it } from 'vitest';
import { keyOf } from '../../lib/engine/objects.ts';
import { placeOf } from '../../lib/engine/place.ts';
import { coreEntityOf } from '../contract/remote.ts';
import { checkDrift, repair } from '../drift.ts';
import type { World } from '../world.ts';
import { change, clean, first, found, object, resourceOf, whole, worldForEach } from './scene.ts';

/* What a drift check makes of a Konnect that is not as it was. */

let world: World;
worldForEach(whole, (one) => {
  world = one;
});

describe('in Konnect', () => {
  it('a field is told with both values', async () => {
    const name = await first(world, 'KongService');
    await change(world, 'KongService', name, { host: 'elsewhere.example' });
    const { report } = await checkDrift(world);
    expect(report.findings).toMatchObject([
      {
        class: 'different',
        kind: 'KongService',
        name,
        policy: 'repair',
        sent: true,
        fields: [{ path: 'host', theirs: 'elsewhere.example' }],
      },
    ]);
    expect(report.counts).toMatchObject({ different: 1 });
  });

  it('a secret is told by its name alone', async () => {
    const name = await first(world, 'KongCredentialHMAC');
    await change(world, 'KongCredentialHMAC', name, { secret: 'somebody-elses-secret' });
    const drift = await checkDrift(world);
    expect(drift.report.findings).toMatchObject([
      { class: 'different', name, fields: [{ path: 'secret', ours: '[redacted]', theirs: '[redacted]' }] },
    ]);
    expect(JSON.stringify([drift, await object(world, 'KongCredentialHMAC', name), world.logs])).not.toContain(
      'somebody-elses',
    );
  });

  it('a control plane that is gone is one finding, and everything in it comes back', async () => {
    const plane = await object(world, 'KonnectGatewayControlPlane', 'gateway-control-plane');
    world.konnect.removeControlPlane(placeOf(plane)?.id ?? '');

    const drift = await checkDrift(world, { controlPlane: `${world.namespace}/gateway-control-plane` });

    expect(drift.report).toMatchObject({ problems: [] });
    expect(found(drift)).toEqual(['missing KonnectGatewayControlPlane gateway-control-plane']);
    await repair(world, drift);
    expect(await world.settle()).toEqual([]);
    expect((await checkDrift(world)).report).toMatchObject(clean);
  });

  it('the certificate of an extension that is gone is found and comes back', async () => {
    const extension = await object(world, 'KonnectExtension', await first(world, 'KonnectExtension'));
    const plane = placeOf(await object(world, 'KonnectGatewayControlPlane', 'gateway-control-plane'))?.id ?? '';
    const before = world.konnect.certificates(plane).length;
    for (const { id } of world.konnect.certificates(plane)) world.konnect.removeCertificate(plane, id);

    const drift = await checkDrift(world);

    expect(found(drift)).toContain(`different KonnectExtension ${extension.metadata.name}`);
    await repair(world, drift);
    expect((await checkDrift(world)).report).toMatchObject(clean);
    expect(world.konnect.certificates(plane)).toHaveLength(before);
  });

  it('members of a group that are not its own, or are missing, are found and set right', async () => {
    const group = await object(world, 'KonnectGatewayControlPlane', 'gateway-control-plane-group');
    const id = placeOf(group)?.id ?? '';
    const members = world.konnect.members(id);
    world.konnect.setMembers(id, []);

    const drift = await checkDrift(world);

    expect(drift.report.findings).toMatchObject([
      { class: 'different', fields: [{ path: 'members', ours: members, theirs: [] }] },
    ]);
    await repair(world, drift);
    expect(world.konnect.members(id)).toEqual(members);
    expect((await checkDrift(world)).report).toMatchObject(clean);
  });

  it('a consumer that was taken out of its group is found and put back', async () => {
    const plane = placeOf(await object(world, 'KonnectGatewayControlPlane', 'gateway-control-plane'))?.id ?? '';
    const [membership] = world.konnect.entities(plane, 'consumer_group_members');
    world.konnect.removeEntity(plane, 'consumer_group_members', membership?.id ?? '');

    const drift = await checkDrift(world);

    expect(drift.report.findings).toMatchObject([
      { class: 'different', kind: 'KongConsumer', fields: [{ path: 'groups' }] },
    ]);
    await repair(world, drift);
    expect(world.konnect.entities(plane, 'consumer_group_members')).toHaveLength(1);
    expect((await checkDrift(world)).report).toMatchObject(clean);
  });
});

describe('control planes that lost their objects', () => {
  it('are told, and left alone', async () => {
    const plane = await object(world, 'KonnectGatewayControlPlane', 'gateway-control-plane-group');
    const resource = resourceOf('KonnectGatewayControlPlane');
    await world.admin.patch(resource, keyOf(plane), { metadata: { finalizers: null } });
    await world.admin.delete(resource, keyOf(plane));

    const { report, events } = await checkDrift(world, { kinds: ['KonnectGatewayControlPlane'] });

    const id = placeOf(plane)?.id ?? '';
    expect(report.findings).toMatchObject([
      { class: 'orphaned', name: plane.metadata.name, id, policy: 'report', sent: false },
    ]);
    expect(events).toEqual([]);
    expect(world.konnect.controlPlanes().map((one) => one.id)).toContain(id);
  });

  it('are told beside an item of the list that is none', async () => {
    const plane = await object(world, 'KonnectGatewayControlPlane', 'gateway-control-plane-group');
    const resource = resourceOf('KonnectGatewayControlPlane');
    await world.admin.patch(resource, keyOf(plane), { metadata: { finalizers: null } });
    await world.admin.delete(resource, keyOf(plane));
    const data = [{ id: 7 }, null, ...world.konnect.controlPlanes()];
    world.konnect.setFault(({ path }) =>
      path === '/v2/control-planes' ? { status: 200, body: { data, meta: {} } } : undefined,
    );

    const { report } = await checkDrift(world, { kinds: ['KonnectGatewayControlPlane'] });

    expect(report.findings).toMatchObject([{ class: 'orphaned', name: plane.metadata.name }]);
  });

  it('and so are entities, beside one whose tags name what no object is named', async () => {
    const { plane } = coreEntityOf(world, await object(world, 'KongService', await first(world, 'KongService')));
    const own = ['managed-by:konnect-reconciler', 'k8s-kind:KongService', `k8s-cluster:${world.cluster.name}`];
    const put = (id: string, ...tags: readonly string[]) =>
      world.konnect.putEntity(plane, 'services', id, { name: id, host: 'x.example', tags: [...own, ...tags] });
    put('00000000-0000-4000-8000-0000000000a1', 'k8s-uid:u1', 'k8s-name:nowhere');
    put('00000000-0000-4000-8000-0000000000a2', 'k8s-uid:u2', 'k8s-name:lost', `k8s-namespace:${world.namespace}`);

    const { report } = await checkDrift(world, { kinds: ['KongService'] });

    expect(report.problems).toEqual([]);
    expect(report.findings).toMatchObject([{ class: 'orphaned', name: 'lost' }]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  consumer,
  consumerKind,
  editPlace,
  editService,
  entities,
  entity,
  groupKind,
  inControlPlane,
  look,
  newControlPlane,
  objectOf,
  placeOfService,
  planeId,
  programmedRoute,
  programmedService,
  route,
  routeKind,
  serviceKind,
  serviceStage,
} from '../../test/memory/core.ts';
import { conditionText, forget, konnectCalls, settle } from '../../test/memory/manifests.ts';
import { namespace, organizationId } from '../../test/memory/stage.ts';
import { entityId } from './identity.ts';
import { accountAnnotation, finalizer } from './names.ts';

const services = '/v2/control-planes/{id}/core-entities/services';

describe('a new object', () => {
  it('costs one call to Konnect and four to Kubernetes', async () => {
    await using stage = await serviceStage();

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`PUT ${services}/{id}`]);
    expect(stage.cluster.calls).toEqual([
      'get KongService',
      'get KonnectGatewayControlPlane',
      'patch KongService',
      'patch status KongService',
    ]);
  });

  it('is held, with the account it was written with, and its place is in the status', async () => {
    await using stage = await programmedService();

    const { metadata } = objectOf(stage);
    expect(metadata.finalizers).toEqual([finalizer]);
    expect(metadata.annotations?.[accountAnnotation]).toBe('team/auth');
    expect(placeOfService(stage)).toMatchObject({
      id: entityId(metadata.uid, planeId(stage)),
      controlPlaneID: planeId(stage),
      serverURL: 'https://eu.api.konghq.com',
    });
    expect(conditionText(objectOf(stage), 'Programmed')).toBe('True Programmed');
  });

  it('is held before the write: a status that can not be written leaves nothing unheld behind', async () => {
    await using stage = await serviceStage();
    stage.konnect.setFault(() => 'reset');

    expect((await look(stage)).is).toBe('retry');

    expect(objectOf(stage).metadata.finalizers).toEqual([finalizer]);
  });

  it('T3 T7 is made once, though it has no name and the reply was lost', async () => {
    await using stage = await serviceStage();
    stage.konnect.setFault((_, nth) => (nth === 1 ? 'reset-after' : undefined));
    expect((await look(stage)).is).toBe('retry');

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(entity(stage).id).toBe(placeOfService(stage)?.id);
  });
});

describe('an object that is programmed', () => {
  it('costs nothing when it is looked at again', async () => {
    await using stage = await programmedRoute();
    for (const [kind, name] of [
      [serviceKind, 'svc'],
      [routeKind, 'route'],
    ] as const) {
      expect(await stage.reconcile(kind, name)).toEqual({ is: 'done' });
      expect(await stage.reconcile(kind, name, { cause: 'dependency' })).toEqual({ is: 'done' });
    }
    expect(konnectCalls(stage)).toEqual([]);
    expect(stage.cluster.calls.filter((call) => call.startsWith('patch'))).toEqual([]);
  });

  it('T11 is read and not written by the drift check', async () => {
    await using stage = await programmedService();

    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET ${services}/{id}`]);
  });

  it('T21 is replaced as a whole after an edit, so that a field taken out is undone', async () => {
    await using stage = await programmedService({ retries: 7 });
    editService(stage, { spec: { retries: null } });

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`PUT ${services}/{id}`]);
    expect(entity(stage)['retries']).toBe(5);
  });

  it('T66 keeps its id when its name changes', async () => {
    await using stage = await programmedService({ name: 'one' });
    const { id } = entity(stage);
    editService(stage, { spec: { name: 'two' } });
    await look(stage);

    expect(entity(stage)).toMatchObject({ id, name: 'two' });
  });

  it('is repaired where somebody edited it in Konnect, its owner tags too', async () => {
    await using stage = await programmedService();
    const { id, tags } = entity(stage);
    stage.konnect.patchEntity(planeId(stage), 'services', id, { retries: 9, tags: ['mine'] });

    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(entity(stage)).toMatchObject({ retries: 5, tags });
  });

  it('T19 comes back under its id where it was deleted in Konnect', async () => {
    await using stage = await programmedService();
    const { id } = entity(stage);
    stage.konnect.removeEntity(planeId(stage), 'services', id);

    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(entity(stage).id).toBe(id);
  });

  it('keeps its relations right without writing the entity again', async () => {
    await using stage = await programmedService();
    const group = { metadata: { name: 'gold', namespace }, spec: { controlPlaneRef: inControlPlane, name: 'gold' } };
    stage.cluster.user.apply(groupKind.resource, group);
    await settle(stage, groupKind, 'gold');
    stage.cluster.user.apply(consumerKind.resource, consumer({ consumerGroups: ['gold'] }));
    await settle(stage, consumerKind, 'alice');

    expect(await stage.reconcile(consumerKind, 'alice', { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual(['GET /v2/control-planes/{id}/core-entities/consumers/{id}/consumer_groups']);
  });
});

describe('a control plane that was made again', () => {
  it('T31 gets the entity under a new id, and the old one is left', async () => {
    await using stage = await programmedService();
    const before = placeOfService(stage);
    const plane = await newControlPlane(stage);
    forget(stage);

    expect(await look(stage, 'dependency')).toEqual({ is: 'done' });

    expect(entity(stage).id).toBe(entityId(objectOf(stage).metadata.uid, plane));
    expect(placeOfService(stage)).toMatchObject({ id: entity(stage).id, controlPlaneID: plane });
    expect(entity(stage).id).not.toBe(before?.id);
  });

  it('T67 is left for good: what the old one still has of the object goes', async () => {
    await using stage = await programmedService();
    const id = 'a7f0c4a4-0000-4000-8000-000000000001';
    const other = stage.konnect.createControlPlane(organizationId, { name: 'former' }, 'eu');
    const { uid } = objectOf(stage).metadata;
    stage.konnect.putEntity(other.id, 'services', id, { host: 'old.internal', tags: [`k8s-uid:${uid}`] });
    editPlace(stage, { id, controlPlaneID: other.id });

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(stage.konnect.entities(other.id, 'services')).toEqual([]);
    expect(placeOfService(stage)?.controlPlaneID).not.toBe(other.id);
  });
});

describe('a parent that Konnect does not have', () => {
  it('is asked to look, and the child is tried again', async () => {
    await using stage = await programmedService();
    stage.konnect.removeEntity(planeId(stage), 'services', entity(stage).id);
    stage.cluster.user.apply(routeKind.resource, route());

    expect((await stage.reconcile(routeKind, 'route')).is).toBe('retry');

    expect(stage.woken).toMatchObject([{ kind: 'KongService', name: 'svc', cause: 'dependency', force: true }]);
    expect(await stage.reconcile(serviceKind, 'svc', { cause: 'dependency', force: true })).toEqual({ is: 'done' });
    expect(await stage.reconcile(routeKind, 'route')).toEqual({ is: 'done' });
    expect(entities(stage, 'routes')).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { adopting, condition, id, path, stranger } from '../../test/memory/adoption.ts';
import { entities, look, planeId, service, serviceKind } from '../../test/memory/core.ts';
import { conditionText, forget, key, konnectCalls } from '../../test/memory/manifests.ts';

describe('an entity that another object has', () => {
  it('T63 is refused by the name of that object, also where nothing of it was ever written', async () => {
    await using stage = await adopting('match');
    await look(stage);
    const adopt = { from: 'konnect', mode: 'match', konnect: { id } };
    stage.cluster.user.apply(serviceKind.resource, service({ name: 'shop', adopt }, {}, 'second'));
    forget(stage);

    expect(await stage.reconcile(serviceKind, 'second')).toMatchObject({ is: 'terminal', reason: 'UIDConflict' });

    const message = conditionText(stage.object(serviceKind, 'second'), 'Adopted');
    expect(message).toContain('is that of KongService team/svc already');
    expect(konnectCalls(stage)).toEqual([`GET ${path}`]);
    expect(await look(stage, 'drift')).toEqual({ is: 'done' });
  });

  it('T63 is refused by the name in its tags, where it is of another cluster', async () => {
    const tags = [stranger, 'k8s-kind:KongService', 'k8s-name:shop', 'k8s-namespace:web', 'k8s-cluster:green'];
    await using stage = await adopting('override', { tags });

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'UIDConflict' });

    expect(condition(stage)).toContain('(KongService web/shop of cluster green)');
    expect(konnectCalls(stage)).toEqual([`GET ${path}`]);
  });
});

describe('an entity that was adopted as it was, and has no owner in Konnect', () => {
  it('is not that of another object whose spec and status name it as well', async () => {
    await using stage = await adopting('match');
    await look(stage);
    const adopt = { from: 'konnect', mode: 'match', konnect: { id } };
    const finalizers = ['konnect-reconciler.io/cleanup'];
    stage.cluster.user.apply(
      serviceKind.resource,
      service({ name: 'shop', host: 'other.internal', adopt }, { finalizers }, 'thief'),
    );
    const konnect = { id, controlPlaneID: planeId(stage) };
    stage.cluster.user.editStatus(serviceKind.resource, key('thief'), { konnect });
    const before = entities(stage);

    const refused = { is: 'terminal', reason: 'OwnershipConflict' };
    expect(await stage.reconcile(serviceKind, 'thief')).toMatchObject(refused);
    stage.cluster.user.remove(serviceKind.resource, key('thief'));
    expect(await stage.reconcile(serviceKind, 'thief')).toMatchObject(refused);

    expect(entities(stage)).toEqual(before);
  });
});

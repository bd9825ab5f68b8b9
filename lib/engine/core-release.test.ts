import { describe, expect, it } from 'vitest';
import { tokenKey } from '../../test/memory/control-plane.ts';
import {
  acl,
  aclKind,
  consumer,
  consumerKind,
  editPlace,
  entities,
  entity,
  look,
  newControlPlane,
  objectOf,
  planeId,
  programmedRoute,
  programmedService,
  routeKind,
  serviceKind,
  serviceStage,
  target,
  targetKind,
  upstream,
  upstreamKind,
} from '../../test/memory/core.ts';
import { conditionText, controlPlaneKind, key, konnectCalls, settle } from '../../test/memory/manifests.ts';
import type { Stage } from '../../test/memory/stage.ts';
import type { Kind } from '../kinds/define.ts';
import { kongOperatorFinalizer } from './names.ts';

const elsewhere = 'a7f0c4a4-0000-4000-8000-000000000001';

function remove(stage: Stage, kind: Kind = serviceKind, name = 'svc'): void {
  stage.cluster.user.remove(kind.resource, key(name));
}

function isGone(stage: Stage, kind: Kind = serviceKind, name = 'svc'): boolean {
  return stage.find(kind.resource, name) === undefined;
}

async function released(stage: Stage, kind: Kind = serviceKind, name = 'svc'): Promise<void> {
  remove(stage, kind, name);
  expect(await stage.reconcile(kind, name)).toEqual({ is: 'done' });
  expect(isGone(stage, kind, name)).toBe(true);
}

describe('a deletion', () => {
  it('takes the entity with it, and lets go once that is seen to be gone', async () => {
    await using stage = await programmedService();
    await released(stage);

    expect(entities(stage)).toEqual([]);
    const path = '/v2/control-planes/{id}/core-entities/services/{id}';
    expect(konnectCalls(stage)).toEqual([`DELETE ${path}`, `GET ${path}`]);
  });

  it('T28 finds the entity gone already', async () => {
    await using stage = await programmedService();
    stage.konnect.removeEntity(planeId(stage), 'services', entity(stage).id);
    await released(stage);
  });

  it('T2 of an object whose status was never written finds the entity all the same', async () => {
    await using stage = await serviceStage();
    stage.konnect.setFault((_, nth) => (nth === 1 ? 'reset-after' : undefined));
    await look(stage);
    expect(entities(stage)).toHaveLength(1);
    await released(stage);

    expect(entities(stage)).toEqual([]);
  });

  it('also removes what went to a new control plane whose reply was lost', async () => {
    await using stage = await programmedService();
    const plane = await newControlPlane(stage);
    stage.konnect.setFault(({ method }) => (method === 'PUT' ? 'reset-after' : undefined));
    expect((await look(stage)).is).toBe('retry');
    stage.konnect.setFault(undefined);
    expect(stage.konnect.entities(plane, 'services')).toHaveLength(1);
    await released(stage);

    expect(entities(stage)).toEqual([]);
  });

  it("leaves somebody else's entity alone, whatever the status says", async () => {
    await using stage = await programmedService();
    stage.konnect.putEntity(planeId(stage), 'services', elsewhere, { host: 'theirs.internal' });
    editPlace(stage, { id: elsewhere });
    await released(stage);

    expect(entities(stage).map(({ id }) => id)).toEqual([elsewhere]);
  });

  it('T26 of a service waits for the routes that lead to it, and goes on without them', async () => {
    await using stage = await programmedRoute();
    remove(stage);

    expect(await look(stage)).toMatchObject({ is: 'wait' });
    expect(conditionText(objectOf(stage), 'Programmed')).toMatch(/^True .*still in use by KongRoute team\/route/);
    expect(konnectCalls(stage)).toEqual([]);
    await released(stage, routeKind, 'route');
    expect(await look(stage)).toEqual({ is: 'done' });

    expect(isGone(stage)).toBe(true);
    expect(entities(stage)).toEqual([]);
  });

  it("T26 that Konnect refuses, for a route that is nobody's, is tried again and says why", async () => {
    await using stage = await programmedService();
    const service = { id: entity(stage).id };
    stage.konnect.putEntity(planeId(stage), 'routes', elsewhere, { paths: ['/by-hand'], service });
    remove(stage);

    expect((await look(stage)).is).toBe('retry');
    expect(conditionText(objectOf(stage), 'Programmed')).toMatch(/^False KonnectAPIOpFailed: .*route/);
    stage.konnect.removeEntity(planeId(stage), 'routes', elsewhere);
    expect(await look(stage)).toEqual({ is: 'done' });

    expect(isGone(stage)).toBe(true);
  });
});

describe('a deletion without what the object refers to', () => {
  it('works where the control plane object is gone, and the control plane too', async () => {
    await using stage = await programmedService();
    remove(stage, controlPlaneKind, 'cp');
    await stage.reconcile(controlPlaneKind, 'cp');
    await released(stage);
  });

  it('T27 works where the control plane object is gone, and the control plane lives on', async () => {
    await using stage = await programmedService();
    stage.cluster.user.edit(controlPlaneKind.resource, key('cp'), { metadata: { finalizers: null } });
    remove(stage, controlPlaneKind, 'cp');
    expect(isGone(stage, controlPlaneKind, 'cp')).toBe(true);
    await released(stage);

    expect(entities(stage)).toEqual([]);
  });

  it('works where the parent is gone, object and entity', async () => {
    await using stage = await programmedService();
    stage.cluster.user.apply(consumerKind.resource, consumer());
    await settle(stage, consumerKind, 'alice');
    stage.cluster.user.apply(aclKind.resource, acl());
    await settle(stage, aclKind, 'alice-admin');
    await released(stage, consumerKind, 'alice');
    expect(entities(stage, 'acls')).toEqual([]);
    await released(stage, aclKind, 'alice-admin');
  });

  it('works where the parent object is gone and its entity was retained', async () => {
    await using stage = await programmedService();
    stage.cluster.user.apply(upstreamKind.resource, upstream());
    await settle(stage, upstreamKind, 'up');
    stage.cluster.user.apply(targetKind.resource, target());
    await settle(stage, targetKind, 'up-1');
    stage.cluster.user.edit(upstreamKind.resource, key('up'), { metadata: { finalizers: null } });
    remove(stage, upstreamKind, 'up');
    await released(stage, targetKind, 'up-1');

    expect(entities(stage, 'targets')).toEqual([]);
    expect(entities(stage, 'upstreams')).toHaveLength(1);
  });

  it('T29 stays and says what to do where the token is gone', async () => {
    await using stage = await programmedService();
    stage.tokens.storeElsewhere(tokenKey, undefined);
    stage.tokens.refresh(tokenKey);
    remove(stage);

    expect((await look(stage)).is).toBe('retry');

    expect(conditionText(objectOf(stage), 'Programmed')).toMatch(
      /^False KonnectAPIOpFailed: no Konnect token is stored for team\/auth: .*deletion-policy=retain/,
    );
  });
});

it('T30 an object whose finalizer was taken off is held again before anything is written', async () => {
  await using stage = await programmedService();
  stage.cluster.user.edit(serviceKind.resource, key('svc'), { metadata: { finalizers: [kongOperatorFinalizer] } });
  expect((await look(stage)).is).toBe('terminal');
  stage.cluster.user.edit(serviceKind.resource, key('svc'), { metadata: { finalizers: null } });
  stage.konnect.setFault(() => 'reset');
  expect((await look(stage)).is).toBe('retry');

  expect(objectOf(stage).metadata.finalizers).toEqual(['konnect-reconciler.io/cleanup']);
});

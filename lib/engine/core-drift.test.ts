import { describe, expect, it } from 'vitest';
import { tokenKey } from '../../test/memory/control-plane.ts';
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
  objectOf,
  placeOfService,
  planeId,
  programmedRoute,
  programmedService,
  routeKind,
  serviceKind,
  serviceStage,
} from '../../test/memory/core.ts';
import { conditionText, forget, key, konnectCalls, settle } from '../../test/memory/manifests.ts';
import { namespace, type Stage } from '../../test/memory/stage.ts';
import { ClusterError } from './errors.ts';
import { conditionsOf } from './objects.ts';

const id = 'a7f0c4a4-0000-4000-8000-000000000001';
const services = '/v2/control-planes/{id}/core-entities/services';
const read = `GET ${services}/{id}`;
const written = `PUT ${services}/{id}`;

/** A service that has taken over an entity made by hand, which was as it wants it. */
async function adopted(fields: object = {}): Promise<Stage> {
  const stage = await serviceStage({ adopt: { from: 'konnect', mode: 'match', konnect: { id } }, ...fields });
  stage.konnect.putEntity(planeId(stage), 'services', id, { host: 'shop.internal', ...fields });
  await settle(stage, serviceKind, 'svc');
  return stage;
}

async function checked(stage: Stage): Promise<readonly string[]> {
  expect(await look(stage, 'drift')).toEqual({ is: 'done' });
  return konnectCalls(stage);
}

describe('a drift check', () => {
  it('tells in the log what it finds to differ', async () => {
    await using stage = await programmedService();
    const { id: own } = entity(stage);
    stage.konnect.patchEntity(planeId(stage), 'services', own, { retries: 9 });

    expect(await checked(stage)).toEqual([read, written]);
    expect(stage.logs).toContain(`info entity differs ${JSON.stringify({ id: own, paths: ['retries'] })}`);
  });

  it('gives the owner tags back where somebody took all of them off', async () => {
    await using stage = await programmedService();
    const { id: own, tags } = entity(stage);
    stage.konnect.patchEntity(planeId(stage), 'services', own, { tags: [] });

    expect(await checked(stage)).toEqual([read, written]);
    expect(entity(stage)['tags']).toEqual(tags);
  });

  it('writes nothing to what was taken over under another id and is as it should be', async () => {
    await using stage = await serviceStage({ name: 'shop' });
    const tags = [`k8s-uid:${objectOf(stage).metadata.uid}`];
    stage.konnect.putEntity(planeId(stage), 'services', id, { name: 'shop', host: 'old.internal', tags });
    await settle(stage, serviceKind, 'svc');

    expect(await checked(stage)).toEqual([read]);
  });

  it('writes nothing where an edit was written already, and only its status was lost', async () => {
    await using stage = await programmedService();
    editService(stage, { spec: { retries: 2 } });
    stage.cluster.intercept(({ verb }) => (verb === 'patch status' ? new ClusterError('gone', {}) : undefined));
    expect(await look(stage)).toMatchObject({ is: 'retry' });
    stage.cluster.intercept(undefined);
    forget(stage);

    expect(await checked(stage)).toEqual([read]);
  });
});

describe('an entity that was adopted as it was', () => {
  it('is written by a drift check after an edit that only takes a field out', async () => {
    await using stage = await adopted({ path: '/old' });
    editService(stage, { spec: { path: null } });

    expect(await checked(stage)).toEqual([read, written]);
    expect(entity(stage)['path']).toBeUndefined();
  });

  it('is the same one with our tags on it, where the status forgot it', async () => {
    await using stage = await adopted();
    editService(stage, { spec: { retries: 2 } });
    await settle(stage, serviceKind, 'svc');
    stage.cluster.user.editStatus(serviceKind.resource, key('svc'), { konnect: null });

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([read]);
    expect(placeOfService(stage)?.id).toBe(id);
  });

  it('is written by a drift check where nothing tells for which edit it is right', async () => {
    await using stage = await adopted();
    stage.cluster.user.editStatus(serviceKind.resource, key('svc'), { conditions: null });

    expect(await checked(stage)).toEqual([read, written]);
  });
});

describe('an object that is programmed', () => {
  it.each(['change', 'dependency'] as const)('needs no token to be left as it is: %s', async (cause) => {
    await using stage = await programmedService();
    stage.tokens.storeElsewhere(tokenKey, undefined);
    stage.tokens.refresh(tokenKey);

    expect(await look(stage, cause)).toEqual({ is: 'done' });
  });

  it('says that it is in sync', async () => {
    await using stage = await programmedService();
    expect(conditionText(objectOf(stage), 'InSync')).toBe('True InSync');
  });

  it('follows a parent that is another entity by now', async () => {
    await using stage = await programmedRoute();
    stage.konnect.putEntity(planeId(stage), 'services', id, { host: 'other.internal' });
    editPlace(stage, { id });

    expect(await stage.reconcile(routeKind, 'route', { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(entity(stage, 'routes')['service']).toEqual({ id });
  });

  it('is written again where its status forgot the place', async () => {
    await using stage = await programmedService();
    const before = placeOfService(stage);
    stage.cluster.user.editStatus(serviceKind.resource, key('svc'), { konnect: null });

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(placeOfService(stage)).toEqual(before);
    expect(entities(stage)).toHaveLength(1);
  });
});

describe('an object with a relation', () => {
  it('looks at it when a member may have changed, and says nothing of the rest', async () => {
    await using stage = await programmedService();
    const group = { metadata: { name: 'gold', namespace }, spec: { controlPlaneRef: inControlPlane, name: 'gold' } };
    stage.cluster.user.apply(groupKind.resource, group);
    await settle(stage, groupKind, 'gold');
    stage.cluster.user.apply(consumerKind.resource, consumer({ consumerGroups: ['gold'] }));
    await settle(stage, consumerKind, 'alice');
    const alice = () => stage.object(consumerKind, 'alice');
    const others = conditionsOf(alice()).filter(({ type }) => type !== 'InSync');
    const differs = {
      type: 'InSync',
      status: 'False',
      reason: 'Different',
      message: 'username',
      lastTransitionTime: '2026-03-01T12:00:00Z',
    };
    stage.cluster.user.editStatus(consumerKind.resource, key('alice'), { conditions: [...others, differs] });

    expect(await stage.reconcile(consumerKind, 'alice')).toEqual({ is: 'done' });
    expect(konnectCalls(stage)).toEqual([]);
    expect(await stage.reconcile(consumerKind, 'alice', { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toHaveLength(1);
    expect(conditionText(alice(), 'InSync')).toBe('False Different: username');
  });
});

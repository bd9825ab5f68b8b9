import { describe, expect, it } from 'vitest';
import {
  acl,
  aclKind,
  consumerKind,
  entities,
  look,
  objectOf,
  planeId,
  programmedRoute,
  programmedService,
  route,
  routeKind,
  service,
  serviceKind,
  target,
  targetKind,
  upstream,
  upstreamKind,
} from '../../test/memory/core.ts';
import {
  conditionText,
  controlPlane,
  controlPlaneKind,
  key,
  remotePlanes,
  withAuth,
} from '../../test/memory/manifests.ts';
import { applyConsumer, settleAll, stageWithControlPlane } from '../../test/memory/plugins.ts';
import { organizationId, type Stage, startStage } from '../../test/memory/stage.ts';
import { stuckBecause } from '../drift/stuck.ts';
import { isSettled } from '../forward/filter.ts';
import type { Kind } from '../kinds/define.ts';
import { deletionPolicyAnnotation, formerAnnotation } from './names.ts';

/* Entities whose object leads to another place in Konnect, while the former one goes on being there. */

const programmed = (stage: Stage, kind: Kind = serviceKind, name = 'svc') =>
  conditionText(stage.object(kind, name), 'Programmed');

function retain(stage: Stage, kind: Kind, name: string): void {
  stage.cluster.user.edit(kind.resource, key(name), {
    metadata: { annotations: { [deletionPolicyAnnotation]: 'retain' } },
  });
  stage.cluster.user.remove(kind.resource, key(name));
}

const hosts = (stage: Stage) =>
  entities(stage)
    .map(({ host }) => host)
    .toSorted();

/** How many services and routes each control plane has, by its name. */
function contents(stage: Stage) {
  return Object.fromEntries(
    remotePlanes(stage).map(({ id, name }) => [
      name,
      [stage.konnect.entities(id, 'services').length, stage.konnect.entities(id, 'routes').length],
    ]),
  );
}

describe('a service with a route whose control plane is exchanged', () => {
  it('moves with it where the former one was retained', async () => {
    await using stage = await programmedRoute();
    retain(stage, controlPlaneKind, 'cp');
    await settleAll(stage);
    stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp', { name: 'again' }));

    await settleAll(stage);

    expect(contents(stage)).toEqual({ cp: [0, 0], again: [1, 1] });
    expect(programmed(stage)).toBe('True Programmed');
    expect(programmed(stage, routeKind, 'route')).toBe('True Programmed');
    expect(objectOf(stage).metadata.annotations).not.toHaveProperty(formerAnnotation);
  });

  it('moves with it where another one is mirrored', async () => {
    await using stage = await startStage();
    await withAuth(stage);
    const [one, other] = ['one', 'other'].map(
      (name) => stage.konnect.createControlPlane(organizationId, { name }, 'eu').id,
    );
    const mirror = (id: string | undefined) =>
      stage.cluster.user.apply(
        controlPlaneKind.resource,
        controlPlane('cp', { name: undefined, source: 'Mirror', mirror: { konnect: { id } } }),
      );
    mirror(one);
    stage.cluster.user.apply(serviceKind.resource, service());
    stage.cluster.user.apply(routeKind.resource, route());
    await settleAll(stage);
    expect(contents(stage)).toEqual({ one: [1, 1], other: [0, 0] });

    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));
    mirror(other);
    await settleAll(stage);

    expect(contents(stage)).toEqual({ one: [0, 0], other: [1, 1] });
  });

  it('is where it belongs, and says so, while the route has not followed', async () => {
    await using stage = await leftBehind();

    expect(contents(stage)).toEqual({ cp: [1, 1], again: [1, 0] });
    expect(programmed(stage)).toBe('True Programmed');
    expect(await look(stage, 'dependency')).toMatchObject({
      is: 'retry',
      message: expect.stringMatching(
        /^it stays in its former control plane \S+ as well, since something there still refers to it: /,
      ),
    });
    // No edit is held up by that.
    stage.cluster.user.edit(serviceKind.resource, key('svc'), { spec: { host: 'edited.internal' } });
    expect(await look(stage)).toMatchObject({ is: 'retry' });
    expect(hosts(stage)).toEqual(['edited.internal', 'shop.internal']);
  });

  it.each(['reset', 'reset-after'] as const)('moves also where its first write there meets a %s', async (fault) => {
    await using stage = await programmedRoute();
    retain(stage, controlPlaneKind, 'cp');
    await stage.reconcile(controlPlaneKind, 'cp');
    stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp', { name: 'again' }));
    await stage.reconcile(controlPlaneKind, 'cp');
    stage.konnect.setFault(({ method }) => (method === 'PUT' ? fault : undefined));
    expect(await look(stage, 'dependency')).toMatchObject({ is: 'retry' });
    stage.konnect.setFault(undefined);

    await settleAll(stage);

    expect(contents(stage)).toEqual({ cp: [0, 0], again: [1, 1] });
  });

  it('is not taken for done by a forwarder that starts, nor by a drift check, before', async () => {
    await using stage = await leftBehind();

    expect(isSettled(serviceKind, objectOf(stage))).toBe(false);
    expect(stuckBecause(serviceKind, objectOf(stage), new Date('2030-01-01'))).toContain('former control plane');
  });

  it('leaves nothing where it is deleted before the route has followed', async () => {
    await using stage = await leftBehind();
    stage.cluster.user.remove(serviceKind.resource, key('svc'));
    expect(await look(stage)).toMatchObject({ is: 'wait' });
    stage.cluster.user.remove(routeKind.resource, key('route'));

    await settleAll(stage);

    expect(contents(stage)).toEqual({ cp: [0, 0], again: [0, 0] });
    expect(stage.find(serviceKind.resource, 'svc')).toBeUndefined();
  });

  it('believes no note that somebody else wrote', async () => {
    await using stage = await programmedService();
    const theirs = 'a7f0c4a4-0000-4000-8000-000000000009';
    const ids = [entities(stage)[0]?.id, theirs];
    stage.konnect.putEntity(planeId(stage), 'services', theirs, { host: 'theirs', tags: ['k8s-uid:another'] });
    const places = ids.map((id) => JSON.stringify({ konnect: { id, controlPlaneID: planeId(stage) } }));
    for (const note of ['', 'no JSON', '7', '{"konnect":{"id":"../x","controlPlaneID":"y"}}', ...places]) {
      const annotations = { [formerAnnotation]: note };
      stage.cluster.user.edit(serviceKind.resource, key('svc'), { metadata: { annotations } });
      await look(stage);
    }
    expect(hosts(stage)).toEqual(['shop.internal', 'theirs']);
    expect(objectOf(stage).metadata.annotations).not.toHaveProperty(formerAnnotation);
  });
});

/** A service that has moved to the control plane `again`, and a route that nobody has told. */
async function leftBehind(): Promise<Stage> {
  const stage = await programmedRoute();
  retain(stage, controlPlaneKind, 'cp');
  await stage.reconcile(controlPlaneKind, 'cp');
  stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp', { name: 'again' }));
  await stage.reconcile(controlPlaneKind, 'cp');
  expect(await look(stage, 'dependency')).toMatchObject({ is: 'retry' });
  return stage;
}

describe('an entity below another one', () => {
  it('is taken from the former one where it has an id of Konnect', async () => {
    await using stage = await stageWithControlPlane();
    for (const name of ['alice', 'bob']) applyConsumer(stage, name);
    await settleAll(stage);
    const id = 'a7f0c4a4-0000-4000-8000-000000000009';
    const alice = entities(stage, 'consumers').find(({ username }) => username === 'alice')?.id ?? '';
    stage.cluster.user.apply(aclKind.resource, acl());
    const { uid } = stage.object(aclKind, 'alice-admin').metadata;
    const theirs = { group: 'admin', consumer: { id: alice }, tags: [`k8s-uid:${uid}`] };
    stage.konnect.putEntity(planeId(stage), 'acls', id, theirs);
    const konnect = { id, controlPlaneID: planeId(stage), consumerID: alice };
    stage.cluster.user.editStatus(aclKind.resource, key('alice-admin'), { konnect });
    await settleAll(stage);
    retain(stage, consumerKind, 'alice');
    await settleAll(stage);

    stage.cluster.user.edit(aclKind.resource, key('alice-admin'), { spec: { consumerRef: { name: 'bob' } } });
    await settleAll(stage);

    expect(programmed(stage, aclKind, 'alice-admin')).toBe('True Programmed');
    expect(entities(stage, 'acls').map(({ consumer }) => consumer)).toEqual([
      { id: entities(stage, 'consumers').find(({ username }) => username === 'bob')?.id },
    ]);
  });

  it('leaves nothing below one that was made anew, where the reply to its write was lost', async () => {
    await using stage = await stageWithControlPlane();
    stage.cluster.user.apply(upstreamKind.resource, upstream());
    stage.cluster.user.apply(targetKind.resource, target());
    await settleAll(stage);
    stage.cluster.user.remove(upstreamKind.resource, key('up'));
    await stage.reconcile(upstreamKind, 'up');
    stage.cluster.user.apply(upstreamKind.resource, upstream());
    await stage.reconcile(upstreamKind, 'up');
    stage.konnect.setFault(({ method }) => (method === 'PUT' ? 'reset-after' : undefined));
    expect(await stage.reconcile(targetKind, 'up-1', { cause: 'dependency' })).toMatchObject({ is: 'retry' });
    stage.konnect.setFault(() => undefined);
    expect(entities(stage, 'targets')).toHaveLength(1);

    stage.cluster.user.remove(targetKind.resource, key('up-1'));
    expect(await stage.reconcile(targetKind, 'up-1')).toEqual({ is: 'done' });

    expect(entities(stage, 'targets')).toEqual([]);
  });
});

describe('what was in a control plane that is gone', () => {
  it('is not said to be in Konnect, also where its object was made again and refused', async () => {
    await using stage = await programmedService();
    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));
    await stage.reconcile(controlPlaneKind, 'cp');
    stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp'));
    stage.konnect.setFault(({ method }) => (method === 'POST' ? { status: 403 } : undefined));
    expect(await stage.reconcile(controlPlaneKind, 'cp')).toMatchObject({ is: 'terminal' });

    expect(await look(stage, 'dependency')).toMatchObject({ is: 'wait' });

    expect(programmed(stage)).toMatch(/^False ConditionWithStatusFalseExists: /);
  });
});

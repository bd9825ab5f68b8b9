import { describe, expect, it } from 'vitest';
import {
  editService,
  entities,
  entity,
  look,
  objectOf,
  planeId,
  programmedService,
  route,
  routeKind,
  serviceKind,
  serviceStage,
  target,
  targetKind,
  upstream,
  upstreamKind,
} from './memory/core.ts';
import { conditionText, forget, key, konnectCalls, settle } from './memory/manifests.ts';
import {
  applyService,
  binding,
  bindingKind,
  plugin,
  pluginKind,
  plugins,
  routeTarget,
  serviceTarget,
  settleAll,
  stageWithControlPlane,
} from './memory/plugins.ts';
import { namespace, type Stage } from './memory/stage.ts';

/* Cases that other reconcilers got wrong, for entities of a control plane. */

const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));
const programmed = (stage: Stage) => conditionText(objectOf(stage), 'Programmed');

describe('answers that say nothing', () => {
  it('T6 to a write are no success: it is written again', async () => {
    await using stage = await serviceStage();
    stage.konnect.setFault((_, nth) => (nth === 1 ? { status: 200, html: true } : undefined));

    expect((await look(stage)).is).toBe('retry');
    expect(programmed(stage)).not.toMatch(/^True/);
    expect(await look(stage)).toEqual({ is: 'done' });

    expect(entities(stage)).toHaveLength(1);
  });

  it('T24 T42 that repeat read the same, whatever secret and trace is in them', async () => {
    await using stage = await serviceStage({ name: 'shop' });
    const message = 'token kpat_hidden1234 is wrong';
    stage.konnect.setFault((_, nth) => ({
      status: 400,
      body: { code: 3, message, instance: `kong:trace:${nth}`, details: [] },
    }));
    await look(stage);
    const before = objectOf(stage);
    stage.now = new Date(stage.now.getTime() + 60_000);
    await look(stage);

    expect(programmed(stage)).toMatch(/^False FailedToCreate: .*\[redacted\]/);
    expect(objectOf(stage).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  });
});

describe('what does not change', () => {
  it('T13 keeps its times: a look an hour later writes no status', async () => {
    await using stage = await programmedService();
    const before = objectOf(stage);
    stage.now = new Date(stage.now.getTime() + 3_600_000);

    await look(stage, 'drift');

    expect(objectOf(stage)).toEqual(before);
  });
});

describe('refusals', () => {
  it('T38 of a reference that is not known yet are tried again, and the parent is asked to look', async () => {
    await using stage = await stageWithControlPlane();
    stage.cluster.user.apply(upstreamKind.resource, upstream());
    await settle(stage, upstreamKind, 'up');
    stage.konnect.removeEntity(planeId(stage), 'upstreams', entity(stage, 'upstreams').id);
    stage.cluster.user.apply(targetKind.resource, target());

    expect((await stage.reconcile(targetKind, 'up-1')).is).toBe('retry');
    expect(stage.woken).toMatchObject([{ kind: 'KongUpstream', name: 'up', force: true }]);

    await stage.reconcile(upstreamKind, 'up', { cause: 'dependency', force: true });
    expect(await stage.reconcile(targetKind, 'up-1')).toEqual({ is: 'done' });
  });

  it.each(['replay', 'drift', 'dependency'] as const)(
    'T39 for a quota are told and not repeated, and a look for %s tries again',
    async (cause) => {
      await using stage = await serviceStage();
      const body = { code: 7, message: 'usage constraint error', details: [] };
      stage.konnect.setFault((_, nth) => (nth === 1 ? { status: 403, body } : undefined));

      expect(await look(stage)).toMatchObject({ is: 'terminal' });
      expect(programmed(stage)).toMatch(/^False FailedToCreate: .*usage constraint error/);
      expect(await look(stage, cause)).toEqual({ is: 'done' });
    },
  );
});

describe('a target', () => {
  it('T23 gets another weight', async () => {
    await using stage = await stageWithControlPlane();
    stage.cluster.user.apply(upstreamKind.resource, upstream());
    stage.cluster.user.apply(targetKind.resource, target());
    await settleAll(stage);
    forget(stage);
    stage.cluster.user.edit(targetKind.resource, key('up-1'), { spec: { weight: 0 } });

    await stage.reconcile(targetKind, 'up-1');

    expect(writes(stage)).toEqual(['PUT /v2/control-planes/{id}/core-entities/upstreams/{id}/targets/{id}']);
    expect(entity(stage, 'targets')['weight']).toBe(0);
  });

  it('T8 that another object has under the same upstream is refused by the name of that object', async () => {
    await using stage = await stageWithControlPlane();
    stage.cluster.user.apply(upstreamKind.resource, upstream());
    stage.cluster.user.apply(targetKind.resource, target());
    await settleAll(stage);
    const spec = { upstreamRef: { name: 'up' }, target: '10.0.0.1:80', weight: 7 };
    stage.cluster.user.apply(targetKind.resource, { metadata: { name: 'again', namespace }, spec });

    expect(await stage.reconcile(targetKind, 'again')).toMatchObject({ is: 'terminal' });

    expect(conditionText(stage.object(targetKind, 'again'), 'Programmed')).toContain(
      `(KongTarget ${namespace}/up-1 of`,
    );
  });
});

describe('two references under one condition', () => {
  it.each([
    ['after', { ...serviceTarget('nobody'), ...routeTarget() }],
    ['before', { ...serviceTarget(), ...routeTarget('nobody') }],
  ])('T50 a valid one that comes %s the other does not clear what is said of it', async (_, targets) => {
    await using stage = await stageWithControlPlane();
    applyService(stage);
    stage.cluster.user.apply(routeKind.resource, route());
    stage.cluster.user.apply(pluginKind.resource, plugin());
    stage.cluster.user.apply(bindingKind.resource, binding({ targets }));
    await settleAll(stage);

    expect(conditionText(stage.object(bindingKind, 'bound'), 'TargetRefsValid')).toMatch(/^False Invalid: .*nobody/);
    expect(plugins(stage)).toEqual([]);
  });
});

describe('tags', () => {
  it('T60 are all sent while they fit, and what does not is named', async () => {
    const tags = Array.from({ length: 20 }, (_, index) => `tag-${index}`);
    await using stage = await programmedService({ tags });
    expect(entity(stage)['tags']).toEqual(expect.arrayContaining(tags));
    expect(conditionText(objectOf(stage), 'TagsComplete')).toBe('absent');

    editService(stage, { metadata: { annotations: { 'konghq.com/tags': 'a,b,c,d' } } });
    expect(await look(stage)).toEqual({ is: 'done' });

    const sent = entity(stage)['tags'] as readonly string[];
    expect(sent).toHaveLength(30);
    expect(conditionText(objectOf(stage), 'TagsComplete')).toMatch(/^False TagsDropped: .*: b, c, d$/);
  });
});

it('T9 goes on with the object as it is now: an edit in the middle of a run is written by the next', async () => {
  await using stage = await serviceStage();
  stage.cluster.intercept(({ verb }) => {
    if (verb === 'patch') {
      stage.cluster.intercept(undefined);
      stage.cluster.user.edit(serviceKind.resource, key('svc'), { spec: { retries: 9 } });
    }
    return undefined;
  });
  expect((await look(stage)).is).toBe('retry');
  expect(await look(stage)).toEqual({ is: 'done' });

  expect(entity(stage)).toMatchObject({ retries: 9 });
});

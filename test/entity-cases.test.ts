import { describe, expect, it } from 'vitest';
import { isRecord, statusOf } from '../lib/engine/objects.ts';
import {
  consumerKind,
  editService,
  entities,
  entity,
  inControlPlane,
  look,
  objectOf,
  planeId,
  programmedService,
  serviceKind,
  serviceStage,
  target,
  targetKind,
  upstream,
  upstreamKind,
} from './memory/core.ts';
import { conditionText, forget, key, konnectCalls, named, secretResource, settle } from './memory/manifests.ts';
import {
  applyConsumer,
  applyGroup,
  applyService,
  binding,
  bindingKind,
  plugin,
  pluginKind,
  plugins,
  routeTarget,
  secret,
  serviceTarget,
  settleAll,
  stageWithControlPlane,
} from './memory/plugins.ts';
import { namespace, type Stage } from './memory/stage.ts';

/* Cases that other reconcilers got wrong, for entities of a control plane. */

const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));
const programmed = (stage: Stage) => conditionText(objectOf(stage), 'Programmed');
const groupNames = ['gold', 'silver', 'bronze'];

function groupsOf(stage: Stage): readonly unknown[] {
  const named = new Map(entities(stage, 'consumer_groups').map(({ id, name }) => [id, name]));
  return entities(stage, 'consumer_group_members')
    .map(({ consumer_group: group }) => named.get(String(isRecord(group) ? group['id'] : '')))
    .sort();
}

/** The consumer `alice` in groups, of which those that are given exist. */
async function inGroups(wanted: readonly string[], present: readonly string[] = wanted): Promise<Stage> {
  const stage = await stageWithControlPlane();
  for (const name of present) applyGroup(stage, name);
  applyConsumer(stage, 'alice', {}, { consumerGroups: wanted });
  await settleAll(stage);
  forget(stage);
  return stage;
}

const alice = (stage: Stage, type: string) => conditionText(stage.object(consumerKind, 'alice'), type);

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

  it('T39 for a quota are told and not repeated, and a later look tries again', async () => {
    await using stage = await serviceStage();
    const body = { code: 7, message: 'usage constraint error', details: [] };
    stage.konnect.setFault((_, nth) => (nth === 1 ? { status: 403, body } : undefined));

    expect(await look(stage)).toMatchObject({ is: 'terminal' });
    expect(programmed(stage)).toMatch(/^False FailedToCreate: .*usage constraint error/);
    expect(await look(stage, 'replay')).toEqual({ is: 'done' });
  });
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

describe.each([
  ['KongCredentialAPIKey', { key: 'hidden-key' }],
  ['KongCredentialBasicAuth', { username: 'ada', password: 'hidden-password' }],
  ['KongCredentialHMAC', { username: 'ada', secret: 'hidden-secret' }],
  ['KongCredentialJWT', { key: 'hidden-key', secret: 'hidden-secret', algorithm: 'HS256' }],
  ['KongCredentialACL', { group: 'admin' }],
])('a %s', (kindName, fields) => {
  const kind = named(kindName);
  const spec = { consumerRef: { name: 'alice' }, ...fields };

  async function taken(): Promise<Stage> {
    const stage = await stageWithControlPlane();
    applyConsumer(stage);
    for (const name of ['first', 'second'])
      stage.cluster.user.apply(kind.resource, { metadata: { name, namespace }, spec });
    await stage.reconcile(consumerKind, 'alice');
    await settle(stage, kind, 'first');
    return stage;
  }

  it('T8 that another object has is refused by the name of that object, and no secret is told', async () => {
    await using stage = await taken();

    expect(await stage.reconcile(kind, 'second')).toMatchObject({ is: 'terminal' });

    const message = conditionText(stage.object(kind, 'second'), 'Programmed');
    expect(message).toContain(`(${kindName} ${namespace}/first of cluster blue)`);
    expect(message + stage.logs.join()).not.toContain('hidden');
  });

  it('T17 follows an edit, and finds nothing to do after it', async () => {
    await using stage = await taken();
    const [field = ''] = Object.keys(fields).slice(-1);
    const edited = kindName === 'KongCredentialJWT' ? { algorithm: 'HS512' } : { [field]: 'hidden-other' };
    stage.cluster.user.edit(kind.resource, key('first'), { spec: edited });
    expect(await stage.reconcile(kind, 'first')).toEqual({ is: 'done' });
    expect(writes(stage)).toHaveLength(1);
    forget(stage);

    expect(await stage.reconcile(kind, 'first', { cause: 'drift' })).toEqual({ is: 'done' });
    expect(writes(stage)).toEqual([]);
  });

  it('is quoted by no error', async () => {
    await using stage = await stageWithControlPlane();
    applyConsumer(stage);
    await stage.reconcile(consumerKind, 'alice');
    stage.cluster.user.apply(kind.resource, { metadata: { name: 'first', namespace }, spec });
    const message = `constraint failed for values ${Object.values(fields).join("', '")}`;
    stage.konnect.setFault(() => ({ status: 400, body: { code: 3, message, details: [] } }));

    await stage.reconcile(kind, 'first');

    expect(JSON.stringify(stage.object(kind, 'first').status) + stage.logs.join()).not.toContain('hidden');
  });
});

describe('groups of a consumer', () => {
  it('T51 that are there are joined while another is missing, which is named', async () => {
    await using stage = await inGroups(groupNames, ['gold', 'silver']);

    expect(groupsOf(stage)).toEqual(['gold', 'silver']);
    expect(alice(stage, 'KongConsumerGroupRefsValid')).toContain(
      `KongConsumerGroup ${namespace}/bronze does not exist`,
    );
    expect(alice(stage, 'Programmed')).toMatch(/^False FailedToAttachConsumerToConsumerGroup: .*bronze/);

    applyGroup(stage, 'bronze');
    await settleAll(stage);
    expect(groupsOf(stage)).toEqual(['bronze', 'gold', 'silver']);
    expect(alice(stage, 'Programmed')).toBe('True Programmed');
  });

  it('are left, also the last one, and one that somebody added by hand', async () => {
    await using stage = await inGroups(['gold', 'silver']);
    applyGroup(stage, 'bronze');
    await settleAll(stage);
    const bronze = entities(stage, 'consumer_groups').find(({ name }) => name === 'bronze')?.id;
    stage.konnect.putEntity(planeId(stage), 'consumer_group_members', 'a7f0c4a4-0000-4000-8000-000000000001', {
      consumer: { id: entity(stage, 'consumers').id },
      consumer_group: { id: bronze },
    });
    await settleAll(stage, 'drift');
    expect(groupsOf(stage)).toEqual(['gold', 'silver']);

    stage.cluster.user.edit(consumerKind.resource, key('alice'), { consumerGroups: [] });
    await settleAll(stage);
    expect(groupsOf(stage)).toEqual([]);
  });

  it('T52 on several pages are all seen before any is taken out', async () => {
    await using stage = await inGroups(groupNames);
    const all = entities(stage, 'consumer_groups');
    stage.konnect.setFault(({ path, query }) => {
      if (!path.endsWith('/consumer_groups')) return undefined;
      const index = Number(new URLSearchParams(query).get('offset') ?? 0);
      const next = index + 1 < all.length ? { offset: String(index + 1), next: `${path}?offset=${index + 1}` } : {};
      return { status: 200, body: { data: [all[index]], ...next } };
    });

    expect(await stage.reconcile(consumerKind, 'alice', { cause: 'drift' })).toEqual({ is: 'done' });

    expect(konnectCalls(stage).filter((call) => call.endsWith('/consumer_groups'))).toHaveLength(3);
    expect(writes(stage)).toEqual([]);
    expect(groupsOf(stage)).toEqual(['bronze', 'gold', 'silver']);
  });
});

describe('many conditions', () => {
  it('of a consumer with all there is, and two of others, have room, and none is lost in silence', async () => {
    await using stage = await stageWithControlPlane();
    const adopted = 'a7f0c4a4-0000-4000-8000-000000000001';
    stage.konnect.putEntity(planeId(stage), 'consumers', adopted, { username: 'alice' });
    const tags = Array.from({ length: 20 }, (_, index) => `tag-${index}`);
    const annotations = { 'konghq.com/tags': Array.from({ length: 20 }, (_, index) => `more-${index}`).join(',') };
    const adopt = { from: 'konnect', konnect: { id: adopted } };
    const spec = { controlPlaneRef: inControlPlane, tags, adopt };
    applyConsumer(stage, 'alice', { annotations }, { spec, credentials: ['missing'], consumerGroups: ['missing'] });
    for (const [index, type] of ['Approved', 'Audited'].entries()) {
      const { conditions = [] } = statusOf(stage.object(consumerKind, 'alice')) as { conditions?: readonly object[] };
      const theirs = { type, status: index === 0 ? 'True' : 'False', reason: 'Theirs', message: type };
      stage.cluster.user.editStatus(consumerKind.resource, key('alice'), {
        conditions: [...conditions, { ...theirs, lastTransitionTime: '2026-01-01T00:00:00Z' }],
      });
    }

    for (const cause of ['change', 'dependency', 'drift'] as const) {
      expect((await stage.reconcile(consumerKind, 'alice', { cause })).is).toBe('wait');
      const { conditions = [] } = statusOf(stage.object(consumerKind, 'alice')) as {
        conditions?: readonly { type: string }[];
      };
      expect(conditions).toHaveLength(8);
      const types = conditions.map(({ type }) => type);
      for (const type of [
        'Approved',
        'Audited',
        'TagsComplete',
        'KongConsumerGroupRefsValid',
        'CredentialSecretRefsValid',
      ]) {
        expect(types).toContain(type);
      }
    }
    expect(alice(stage, 'TagsComplete')).toMatch(/^False TagsDropped: .*more-1, .*more-19$/);
    expect(alice(stage, 'Audited')).toBe('False Theirs: Audited');
    const before = stage.object(consumerKind, 'alice');
    await stage.reconcile(consumerKind, 'alice', { cause: 'dependency' });
    expect(stage.object(consumerKind, 'alice')).toEqual(before);
  });
});

describe('two references under one condition', () => {
  it('T50 a valid one does not clear what is said of the other', async () => {
    await using stage = await stageWithControlPlane();
    applyService(stage);
    stage.cluster.user.apply(pluginKind.resource, plugin());
    const targets = { ...serviceTarget(), ...routeTarget('nobody') };
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

it('a credential from a Secret that loses its label stays as it was, and the consumer says so', async () => {
  await using stage = await stageWithControlPlane();
  stage.cluster.user.apply(secretResource, secret('held', { key: 'k1' }, 'key-auth'));
  applyConsumer(stage, 'alice', {}, { credentials: ['held'] });
  await settleAll(stage);
  stage.cluster.user.edit(secretResource, key('held'), { metadata: { labels: null } });

  await settleAll(stage);

  expect(entities(stage, 'key-auths')).toMatchObject([{ key: 'k1' }]);
  expect(alice(stage, 'CredentialSecretRefsValid')).toMatch(/^False Invalid: .*has no label konghq.com\/credential/);
});

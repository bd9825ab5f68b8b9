import { describe, expect, it } from 'vitest';
import { bound, condition } from '../../test/memory/bindings.ts';
import { entity, planeId, serviceKind } from '../../test/memory/core.ts';
import { conditionText, key, named } from '../../test/memory/manifests.ts';
import {
  applyConsumer,
  bindingKind,
  pluginKind,
  serviceTarget,
  settleAll,
  stageWithControlPlane,
} from '../../test/memory/plugins.ts';
import { namespace, type Stage } from '../../test/memory/stage.ts';

/* An adoption by override whose answer was lost, and an edit since then that no comparison with the entity shows. */

const id = 'a7f0c4a4-0000-4000-8000-000000000001';
const adopt = { from: 'konnect', konnect: { id } };

/** The next write reaches Konnect, and its answer does not come back. */
function loseAnswer(stage: Stage): void {
  stage.konnect.setFault(({ method }) => (method === 'PUT' ? 'reset-after' : undefined));
}

describe('what is edited after the answer to an adoption was lost is written', () => {
  it('where Konnect does not tell what it has', async () => {
    const kind = named('KongCredentialBasicAuth');
    await using stage = await stageWithControlPlane();
    applyConsumer(stage);
    await settleAll(stage);
    const consumer = { id: entity(stage, 'consumers').id };
    const made = { username: 'ada', password: 'old', consumer };
    stage.konnect.putEntity(planeId(stage), 'basic-auths', id, made);
    const spec = { consumerRef: { name: 'alice' }, username: 'ada', password: 'one', adopt };
    stage.cluster.user.apply(kind.resource, { metadata: { name: 'first', namespace }, spec });
    loseAnswer(stage);
    expect((await stage.reconcile(kind, 'first')).is).toBe('retry');
    const { password } = entity(stage, 'basic-auths');
    stage.konnect.setFault(undefined);
    stage.cluster.user.edit(kind.resource, key('first'), { spec: { password: 'two' } });

    expect(await stage.reconcile(kind, 'first')).toEqual({ is: 'done' });

    expect(entity(stage, 'basic-auths')['password']).not.toBe(password);
    expect(conditionText(stage.object(kind, 'first'), 'Adopted')).toBe('True Adopted');
  });

  it('where it was taken out of what the object refers to, however often Konnect fails meanwhile', async () => {
    const fields = { config: { minute: 5, hour: 100 } };
    await using stage = await bound(fields, { targets: serviceTarget(), adopt });
    await stage.reconcile(serviceKind, 'svc');
    const made = { name: 'rate-limiting', service: { id: entity(stage).id }, config: { minute: 1 } };
    stage.konnect.putEntity(planeId(stage), 'plugins', id, made);
    loseAnswer(stage);
    expect((await stage.reconcile(bindingKind, 'bound')).is).toBe('retry');
    expect(entity(stage, 'plugins')['config']).toMatchObject({ minute: 5, hour: 100 });
    stage.cluster.user.edit(pluginKind.resource, key('limit'), { config: { hour: null } });
    stage.konnect.setFault(({ method }) => (method === 'PUT' ? { status: 503 } : undefined));
    expect((await stage.reconcile(bindingKind, 'bound', { cause: 'dependency' })).is).toBe('retry');
    stage.konnect.setFault(undefined);

    expect(await stage.reconcile(bindingKind, 'bound', { cause: 'dependency' })).toEqual({ is: 'done' });

    expect(entity(stage, 'plugins')['config']).toMatchObject({ minute: 5, hour: null });
    expect(condition(stage, 'Adopted')).toBe('True Adopted');
  });
});

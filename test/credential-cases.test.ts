import { describe, expect, it } from 'vitest';
import { consumerKind } from './memory/core.ts';
import { conditionText, forget, key, konnectCalls, named, settle } from './memory/manifests.ts';
import { applyConsumer, stageWithControlPlane } from './memory/plugins.ts';
import { namespace, type Stage } from './memory/stage.ts';

/* Cases that other reconcilers got wrong, for credentials. */

const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));

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

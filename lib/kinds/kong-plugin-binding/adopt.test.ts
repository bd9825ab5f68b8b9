import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../infra/local/konnect/fault.ts';
import { bound, condition } from '../../../test/memory/bindings.ts';
import { entity, planeId, serviceKind } from '../../../test/memory/core.ts';
import { forget, konnectCalls } from '../../../test/memory/manifests.ts';
import { serviceTarget, settleAll } from '../../../test/memory/plugins.ts';
import type { Stage } from '../../../test/memory/stage.ts';

const id = 'a7f0c4a4-0000-4000-8000-000000000001';

type Fields = Readonly<Record<string, unknown>>;

/** A plugin that was made by hand, and a binding that is to adopt it by match. */
async function adopting(made: Fields, fields: Fields = {}, fault?: FaultRule): Promise<Stage> {
  const adopt = { from: 'konnect', mode: 'match', konnect: { id } };
  const stage = await bound(fields, { targets: serviceTarget(), adopt });
  await stage.reconcile(serviceKind, 'svc');
  const service = { id: entity(stage).id };
  stage.konnect.putEntity(planeId(stage), 'plugins', id, { name: 'rate-limiting', service, ...made });
  forget(stage);
  if (fault !== undefined) stage.konnect.setFault(fault);
  await settleAll(stage);
  return stage;
}

describe('the adoption of a plugin by match', () => {
  it('of one that is what the object says, defaults and all, writes nothing', async () => {
    await using stage = await adopting({ config: { minute: 5 } });

    expect(condition(stage, 'Adopted')).toBe('True Adopted');
    expect(condition(stage)).toBe('True Programmed');
    expect(konnectCalls(stage).filter((call) => !call.startsWith('GET') && call.includes('/plugins'))).toEqual([]);
  });

  it.each([
    ['a value of the configuration', { config: { minute: 6 } }, {}, 'config.minute'],
    ['what it leaves to the default', { config: { minute: 5, policy: 'cluster' } }, {}, 'config.policy'],
    ['what it does not set at all', { config: { minute: 5, hour: 100 } }, {}, 'config.hour'],
    ['what lies deeper', { config: { minute: 5, redis: { port: 6380 } } }, {}, 'config.redis.port'],
    ['protocols that it does not name', { config: { minute: 5 }, protocols: ['https'] }, {}, 'protocols'],
    ['ordering', { config: { minute: 5 }, ordering: { before: { access: ['acl'] } } }, {}, 'ordering'],
    ['its name', { config: { minute: 5 }, instance_name: 'theirs' }, { instance_name: 'ours' }, 'instance_name'],
  ])('T61 of one that differs in %s names that', async (_, made, fields, differing) => {
    await using stage = await adopting(made, fields);

    expect(condition(stage, 'Adopted')).toContain(`not what the object says, in ${differing}: `);
    expect(konnectCalls(stage).filter((call) => !call.startsWith('GET') && call.includes('/plugins'))).toEqual([]);
  });

  it('of one whose schema Konnect does not tell compares what the object says', async () => {
    await using stage = await adopting({ config: { minute: 5 } }, {}, ({ path }) =>
      path.includes('/schemas/') ? { status: 404 } : undefined,
    );

    expect(condition(stage, 'Adopted')).toBe('True Adopted');
  });
});

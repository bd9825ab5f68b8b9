import { describe, expect, it } from 'vitest';
import { network, networkKind, networks, passMinutes } from '../../../test/memory/cloud.ts';
import { conditionText, forget, key, konnectCalls, settle, withAuth } from '../../../test/memory/manifests.ts';
import { type Stage, startStage } from '../../../test/memory/stage.ts';
import { deletionPolicyAnnotation } from '../../engine/names.ts';
import { statusText } from '../../engine/objects.ts';

type Spec = Readonly<Record<string, unknown>>;

/** A network that nothing says the owner of, and an object that is to adopt it. */
async function adopting(mode: string | undefined, spec: Spec = {}): Promise<{ stage: Stage; id: string }> {
  const stage = await startStage();
  await withAuth(stage);
  stage.cluster.user.apply(networkKind.resource, network(stage, {}, 'former'));
  await settle(stage, networkKind, 'former');
  stage.cluster.user.edit(networkKind.resource, key('former'), {
    metadata: { annotations: { [deletionPolicyAnnotation]: 'retain' } },
  });
  stage.cluster.user.remove(networkKind.resource, key('former'));
  await stage.reconcile(networkKind, 'former');
  const id = String(networks(stage)[0]?.['id']);
  const adopt = { from: 'konnect', konnect: { id }, ...(mode === undefined ? {} : { mode }) };
  stage.cluster.user.apply(networkKind.resource, network(stage, { adopt, ...spec }));
  forget(stage);
  return { stage, id };
}

const look = (stage: Stage, name = 'net') => stage.reconcile(networkKind, name);
const condition = (stage: Stage, name = 'net') => conditionText(stage.object(networkKind, name), 'Adopted');
const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));

describe('the adoption of a network', () => {
  it.each([['match'], ['override'], [undefined]])(
    'T62 by %s of one that is what the object says writes nothing',
    async (mode) => {
      const { stage, id } = await adopting(mode);
      await using _ = stage;

      expect(await look(stage)).toEqual({ is: 'done' });
      expect(await stage.reconcile(networkKind, 'net', { cause: 'drift' })).toEqual({ is: 'done' });

      expect(condition(stage)).toBe('True Adopted');
      expect(statusText(stage.object(networkKind, 'net'), 'id')).toBe(id);
      expect(writes(stage)).toEqual([]);
      passMinutes(stage);
      stage.cluster.user.remove(networkKind.resource, key('net'));
      expect(await look(stage)).toEqual({ is: 'done' });
      expect(networks(stage)).toEqual([]);
    },
  );

  it('T61 by match names what differs, and writes nothing', async () => {
    const { stage } = await adopting('match', { name: 'other', cidr_block: '10.9.0.0/16' });
    await using _ = stage;

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'NotMatch' });

    expect(condition(stage)).toMatch(/, in name, cidr_block:/);
    expect(writes(stage)).toEqual([]);
  });

  it('by override gives it the name, and refuses what Konnect can not change', async () => {
    const { stage, id } = await adopting('override', { name: 'other' });
    await using _ = stage;
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(networks(stage)).toMatchObject([{ id, name: 'other' }]);

    const { stage: second } = await adopting('override', { cidr_block: '10.9.0.0/16' });
    await using __ = second;
    expect(await look(second)).toMatchObject({ is: 'terminal', reason: 'NotMatch' });
    expect(writes(second)).toEqual([]);
  });

  it('T63 of one that another object has is refused', async () => {
    const { stage, id } = await adopting('match');
    await using _ = stage;
    await look(stage);
    const adopt = { from: 'konnect', mode: 'match', konnect: { id } };
    stage.cluster.user.apply(networkKind.resource, network(stage, { adopt }, 'second'));

    expect(await look(stage, 'second')).toMatchObject({ is: 'terminal', reason: 'UIDConflict' });

    expect(condition(stage, 'second')).toContain('team/net already');
  });

  it('T64 of one that is not there is refused, and none is made', async () => {
    const konnect = { id: 'a7f0c4a4-0000-4000-8000-000000000001' };
    const { stage } = await adopting('match', { name: 'other', adopt: { from: 'konnect', konnect } });
    await using _ = stage;

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'FetchFailed' });

    expect(networks(stage)).toHaveLength(1);
  });
});

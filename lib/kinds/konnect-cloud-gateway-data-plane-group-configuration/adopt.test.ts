import { describe, expect, it } from 'vitest';
import {
  configuration,
  configurations,
  group,
  configurationKind as kind,
  networkStage,
  passMinutes,
} from '../../../test/memory/cloud.ts';
import { conditionText, forget, key, konnectCalls, settle } from '../../../test/memory/manifests.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import { deletionPolicyAnnotation } from '../../engine/names.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Data planes that nothing says the owner of, and an object that is to adopt them. */
async function adopting(mode: string | undefined, spec: Spec = {}, fields: Spec = {}): Promise<Stage> {
  const stage = await networkStage();
  stage.cluster.user.apply(kind.resource, configuration({ dataplane_groups: [group(fields)] }));
  await settle(stage, kind, 'planes');
  passMinutes(stage);
  stage.cluster.user.edit(kind.resource, key('planes'), {
    metadata: { annotations: { [deletionPolicyAnnotation]: 'retain' } },
  });
  stage.cluster.user.remove(kind.resource, key('planes'));
  await stage.reconcile(kind, 'planes');
  const konnect = { id: String(configurations(stage)[0]?.['id']) };
  const adopt = { from: 'konnect', konnect, ...(mode === undefined ? {} : { mode }) };
  stage.cluster.user.apply(kind.resource, configuration({ adopt, ...spec }));
  forget(stage);
  return stage;
}

const look = (stage: Stage) => stage.reconcile(kind, 'planes');
const condition = (stage: Stage) => conditionText(stage.object(kind, 'planes'), 'Adopted');
const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));

describe('the adoption of data planes', () => {
  it('by match of those that the object asks for writes nothing, and they go with it', async () => {
    await using stage = await adopting('match');

    expect(await look(stage)).toEqual({ is: 'done' });
    expect(await stage.reconcile(kind, 'planes', { cause: 'drift' })).toEqual({ is: 'done' });

    expect(condition(stage)).toBe('True Adopted');
    expect(writes(stage)).toEqual([]);
    stage.cluster.user.remove(kind.resource, key('planes'));
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(configurations(stage)).toMatchObject([{ dataplane_group_config: [] }]);
  });

  it('T61 by match names what differs, and writes nothing', async () => {
    await using stage = await adopting('match', { version: '3.10', api_access: 'private' });

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'NotMatch' });

    expect(condition(stage)).toMatch(/, in version, api_access:/);
    expect(writes(stage)).toEqual([]);
  });

  it('T61 by match names an environment that the object does not ask for', async () => {
    const environment = [{ name: 'KONG_LOG_LEVEL', value: 'debug' }];
    await using stage = await adopting('match', {}, { environment });

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'NotMatch' });

    expect(condition(stage)).toMatch(/, in dataplane_groups:/);
    expect(writes(stage)).toEqual([]);
  });

  it('by match leaves a limit that the object does not ask for, which may be the one that Konnect chooses', async () => {
    const autoscale = { type: 'autopilot', autopilot: { base_rps: 100, max_rps: 500 } };
    await using stage = await adopting('match', {}, { autoscale });

    expect(await look(stage)).toEqual({ is: 'done' });
    expect(await stage.reconcile(kind, 'planes', { cause: 'drift' })).toEqual({ is: 'done' });

    expect(writes(stage)).toEqual([]);
  });

  it('T62 without a mode makes them what the object says', async () => {
    await using stage = await adopting(undefined, { version: '3.10' });

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(configurations(stage)).toMatchObject([{ version: '3.10' }]);
  });

  it('T64 of those of another control plane is refused', async () => {
    const konnect = { id: 'a7f0c4a4-0000-4000-8000-000000000001' };
    await using stage = await adopting('match', { adopt: { from: 'konnect', konnect } });

    expect(await look(stage)).toMatchObject({ is: 'terminal', reason: 'FetchFailed' });

    expect(writes(stage)).toEqual([]);
  });
});

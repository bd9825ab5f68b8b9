import { describe, expect, it } from 'vitest';
import {
  configuration,
  configurations,
  group,
  configurationKind as kind,
  networkStage,
  passMinutes,
} from '../../../test/memory/cloud.ts';
import { forget, key, konnectCalls, settle } from '../../../test/memory/manifests.ts';
import { goodToken, type Stage } from '../../../test/memory/stage.ts';

/* What the object does not ask for, or not any more. */

type Fields = Readonly<Record<string, unknown>>;

const environment = [{ name: 'KONG_LOG_LEVEL', value: 'debug' }];
const autoscale = (limit: Fields = {}) => ({ type: 'autopilot', autopilot: { base_rps: 100, ...limit } });

async function programmed(fields: Fields): Promise<Stage> {
  const stage = await networkStage();
  stage.cluster.user.apply(kind.resource, configuration({ dataplane_groups: [group(fields)] }));
  await settle(stage, kind, 'planes');
  passMinutes(stage);
  return stage;
}

function look(stage: Stage, cause: 'change' | 'drift' = 'change') {
  return stage.reconcile(kind, 'planes', { cause });
}

function editGroup(stage: Stage, fields: Fields): void {
  stage.cluster.user.edit(kind.resource, key('planes'), { spec: { dataplane_groups: [group(fields)] } });
}

function groupInKonnect(stage: Stage): unknown {
  const groups = configurations(stage)[0]?.['dataplane_group_config'];
  return Array.isArray(groups) ? groups[0] : undefined;
}

/** Somebody orders more in Konnect, for the one group that there is. */
async function orderByHand(stage: Stage, fields: Fields): Promise<void> {
  const { control_plane_id, control_plane_geo, version, api_access } = configurations(stage)[0] ?? {};
  const dataplane_groups = [{ ...(groupInKonnect(stage) as Fields), ...fields }];
  const answer = await fetch(`${stage.konnect.url}/v2/cloud-gateways/configurations`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${goodToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ control_plane_id, control_plane_geo, version, api_access, dataplane_groups }),
  });
  expect(answer.ok).toBe(true);
  passMinutes(stage);
  forget(stage);
}

const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));

describe('what was taken out of the object', () => {
  it.each([
    { what: 'its environment', before: { environment } },
    { what: 'its limit', before: { autoscale: autoscale({ max_rps: 500 }) } },
  ])('T21 is taken from the data planes: $what', async ({ before }) => {
    await using stage = await programmed(before);
    editGroup(stage, {});

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(groupInKonnect(stage)).not.toHaveProperty('environment');
    expect(groupInKonnect(stage)).toHaveProperty('autoscale', { kind: 'autopilot', base_rps: 100 });
  });

  it('T45 is not ordered again while Konnect is at work on it, where the reply was lost', async () => {
    await using stage = await programmed({ autoscale: autoscale({ max_rps: 500 }) });
    editGroup(stage, {});
    stage.konnect.setFault(({ method }) => (method === 'PUT' ? 'reset-after' : undefined));
    expect((await look(stage)).is).toBe('retry');
    stage.konnect.setFault(undefined);

    expect(await look(stage)).toEqual({ is: 'done' });
  });
});

describe('what somebody orders in Konnect that the object does not ask for', () => {
  it('is taken back where it is an environment', async () => {
    await using stage = await programmed({});
    await orderByHand(stage, { environment });

    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(groupInKonnect(stage)).not.toHaveProperty('environment');
  });

  it('stays where it is a limit, which may be the one that Konnect chooses', async () => {
    await using stage = await programmed({});
    await orderByHand(stage, { autoscale: { kind: 'autopilot', base_rps: 100, max_rps: 900 } });

    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(writes(stage)).toEqual([]);
  });

  it('stays after any edit where it is the limit that Konnect chooses', async () => {
    await using stage = await programmed({});
    await orderByHand(stage, { autoscale: { kind: 'autopilot', base_rps: 100, max_rps: 1000 } });
    editGroup(stage, { environment: [] });

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(writes(stage)).toEqual([]);
  });
});

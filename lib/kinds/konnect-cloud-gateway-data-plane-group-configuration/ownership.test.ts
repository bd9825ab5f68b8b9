import { beforeEach, describe, expect, it } from 'vitest';
import {
  configuration,
  configurations,
  configurationKind as kind,
  passMinutes,
  programmedConfiguration,
} from '../../../test/memory/cloud.ts';
import {
  conditionText,
  controlPlane,
  controlPlaneKind,
  forget,
  key,
  konnectCalls,
  settle,
} from '../../../test/memory/manifests.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import { statusText } from '../../engine/objects.ts';

function look(stage: Stage, cause: 'change' | 'drift' | 'dependency' = 'change', name = 'planes') {
  return stage.reconcile(kind, name, { cause });
}

function condition(stage: Stage, name = 'planes', type = 'Programmed'): string {
  return conditionText(stage.object(kind, name), type);
}

describe('T58 a second configuration of one control plane', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await programmedConfiguration();
    stage.cluster.user.apply(kind.resource, configuration({ version: '3.10' }, { name: 'second' }));
    return () => stage[Symbol.asyncDispose]();
  });

  it('is refused by the name of the first, and nothing is written', async () => {
    expect(await look(stage, 'change', 'second')).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });

    expect(condition(stage, 'second')).toContain('team/planes');
    expect(konnectCalls(stage)).toEqual([]);
    expect(await look(stage, 'drift')).toEqual({ is: 'done' });
    expect(configurations(stage)).toMatchObject([{ version: '3.9' }]);
  });

  it('takes nothing with it when it goes', async () => {
    await look(stage, 'change', 'second');
    stage.cluster.user.remove(kind.resource, key('second'));

    expect(await look(stage, 'change', 'second')).toEqual({ is: 'done' });

    expect(configurations(stage)).toMatchObject([{ version: '3.9' }]);
  });

  it('is woken and takes the place of the first when that goes', async () => {
    await look(stage, 'change', 'second');
    passMinutes(stage);
    stage.cluster.user.remove(kind.resource, key('planes'));
    forget(stage);
    expect(await look(stage)).toEqual({ is: 'done' });

    expect(stage.woken).toMatchObject([{ name: 'second', force: true }]);
    expect(await look(stage, 'change', 'second')).toEqual({ is: 'done' });
    expect(configurations(stage)).toMatchObject([{ version: '3.10' }]);
  });
});

describe('their deletion', () => {
  it('orders none at all, once what was ordered is finished', async () => {
    await using stage = await programmedConfiguration();
    stage.cluster.user.remove(kind.resource, key('planes'));
    expect(await look(stage)).toMatchObject({ is: 'retry', afterSeconds: 60 });
    passMinutes(stage);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(configurations(stage)).toMatchObject([{ dataplane_group_config: [] }]);
    expect(stage.find(kind.resource, 'planes')).toBeUndefined();
  });

  it('leaves alone what nothing says to be theirs', async () => {
    await using stage = await programmedConfiguration();
    stage.cluster.user.edit(kind.resource, key('planes'), { metadata: { finalizers: null } });
    stage.cluster.user.remove(kind.resource, key('planes'));
    stage.cluster.user.apply(kind.resource, configuration({}, { name: 'second' }));
    expect(await look(stage, 'change', 'second')).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });
    stage.cluster.user.remove(kind.resource, key('second'));

    expect(await look(stage, 'change', 'second')).toEqual({ is: 'done' });

    expect(configurations(stage)).toMatchObject([{ dataplane_group_config: [{ region: 'eu-central-1' }] }]);
  });

  it('works where the control plane is gone', async () => {
    await using stage = await programmedConfiguration();
    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));
    await stage.reconcile(controlPlaneKind, 'cp');
    stage.cluster.user.remove(kind.resource, key('planes'));

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(stage.find(kind.resource, 'planes')).toBeUndefined();
  });
});

it('T67 a configuration whose control plane is exchanged leaves the former one empty', async () => {
  await using stage = await programmedConfiguration();
  const former = configurations(stage)[0]?.['control_plane_id'];
  passMinutes(stage);
  stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp2', { cloud_gateway: true }));
  await settle(stage, controlPlaneKind, 'cp2');
  const controlPlaneRef = { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'cp2' } };
  stage.cluster.user.edit(kind.resource, key('planes'), { spec: { controlPlaneRef } });

  expect(await look(stage)).toEqual({ is: 'done' });

  const kept = configurations(stage).map((one) => [one['control_plane_id'], one['dataplane_group_config']]);
  const second = statusText(stage.object(controlPlaneKind, 'cp2'), 'id');
  expect(kept).toContainEqual([second, [expect.anything()]]);
  expect(kept.filter(([id]) => id === former).flatMap(([, groups]) => groups)).toEqual([]);
});

describe('data planes that another object claims', () => {
  it('stay, whatever becomes of that, and go on to be those of the first', async () => {
    await using stage = await programmedConfiguration();
    passMinutes(stage);
    const annotations = stage.object(kind, 'planes').metadata.annotations ?? {};
    const finalizers = ['konnect-reconciler.io/cleanup'];
    const thief = configuration({ version: '3.10' }, { name: 'thief', annotations, finalizers });
    stage.now = new Date(stage.now.getTime() - 24 * 60 * 60_000);
    stage.cluster.user.apply(kind.resource, thief);
    stage.now = new Date(stage.now.getTime() + 24 * 60 * 60_000);

    expect(await look(stage, 'drift', 'thief')).toMatchObject({ is: 'terminal', reason: 'OwnershipConflict' });
    stage.cluster.user.remove(kind.resource, key('thief'));
    expect(await look(stage, 'change', 'thief')).toEqual({ is: 'done' });

    expect(configurations(stage)).toMatchObject([{ version: '3.9', dataplane_group_config: [{ provider: 'aws' }] }]);
    expect(await look(stage, 'drift')).toEqual({ is: 'done' });
  });
});

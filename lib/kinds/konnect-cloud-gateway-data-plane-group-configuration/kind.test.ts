import { describe, expect, it } from 'vitest';
import {
  configuration,
  configurations,
  group,
  configurationKind as kind,
  network,
  networkKind,
  networkStage,
  passMinutes,
  programmedConfiguration,
} from '../../../test/memory/cloud.ts';
import { conditionText, controlPlaneKind, key, konnectCalls, settle } from '../../../test/memory/manifests.ts';
import type { Stage } from '../../../test/memory/stage.ts';
import { statusOf, statusText } from '../../engine/objects.ts';

const path = '/v2/cloud-gateways/configurations';

function look(stage: Stage, cause: 'change' | 'drift' | 'dependency' = 'change', name = 'planes') {
  return stage.reconcile(kind, name, { cause });
}

function condition(stage: Stage, name = 'planes', type = 'Programmed'): string {
  return conditionText(stage.object(kind, name), type);
}

function edit(stage: Stage, spec: Readonly<Record<string, unknown>>): void {
  stage.cluster.user.edit(kind.resource, key('planes'), { spec });
}

describe('data planes of a control plane', () => {
  it('are ordered in one call, in the region of the server, and their state is told', async () => {
    await using stage = await networkStage();
    stage.cluster.user.apply(kind.resource, configuration());

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET ${path}`, `PUT ${path}`]);
    expect(configurations(stage)).toMatchObject([
      {
        control_plane_geo: 'eu',
        version: '3.9',
        dataplane_group_config: [
          {
            cloud_gateway_network_id: statusText(stage.object(networkKind, 'net'), 'id'),
            autoscale: { kind: 'autopilot', base_rps: 100 },
          },
        ],
      },
    ]);
    expect(statusOf(stage.object(kind, 'planes'))).toMatchObject({
      controlPlaneID: statusText(stage.object(controlPlaneKind, 'cp'), 'id'),
      dataplane_groups: [{ region: 'eu-central-1', state: 'initializing' }],
    });
    expect(condition(stage)).toBe('True Programmed');
    expect(condition(stage, 'planes', 'KonnectNetworkRefsValid')).toMatch(/^True Valid/);
  });

  it('T31 of a control plane that is gone from Konnect have it asked to come back, and go to the new one', async () => {
    await using stage = await networkStage();
    stage.cluster.user.apply(kind.resource, configuration());
    const before = statusText(stage.object(controlPlaneKind, 'cp'), 'id') ?? '';
    stage.konnect.removeControlPlane(before);

    expect(await look(stage)).toMatchObject({ is: 'retry' });
    expect(stage.woken).toMatchObject([{ kind: 'KonnectGatewayControlPlane', name: 'cp', force: true }]);

    await stage.reconcile(controlPlaneKind, 'cp', { cause: 'dependency', force: true });
    expect(await look(stage)).toEqual({ is: 'done' });
    const after = statusText(stage.object(controlPlaneKind, 'cp'), 'id');
    expect(after).not.toBe(before);
    expect(statusText(stage.object(kind, 'planes'), 'controlPlaneID')).toBe(after);
  });

  it('cost nothing when they are looked at again, and a read as long as Konnect is at work on them', async () => {
    await using stage = await programmedConfiguration();
    expect(await look(stage)).toEqual({ is: 'done' });
    expect(await look(stage, 'dependency')).toEqual({ is: 'done' });
    expect(konnectCalls(stage)).toEqual([]);
    expect(kind.recheckWhile?.(stage.object(kind, 'planes'))).toBe(true);
    passMinutes(stage);

    expect(await look(stage, 'drift')).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([`GET ${path}`]);
    expect(kind.recheckWhile?.(stage.object(kind, 'planes'))).toBe(false);
  });

  it('T45 whose last order is not finished are ordered later', async () => {
    await using stage = await programmedConfiguration();
    edit(stage, { version: '3.10' });

    expect(await look(stage)).toMatchObject({ is: 'retry', afterSeconds: 60 });
    passMinutes(stage);
    expect(await look(stage)).toEqual({ is: 'done' });

    expect(configurations(stage)).toMatchObject([{ version: '3.10' }]);
  });

  it('T45 that Konnect has exactly so already are as they should be', async () => {
    await using stage = await programmedConfiguration();
    passMinutes(stage);
    edit(stage, { version: '3.10' });
    stage.konnect.setFault(({ method }) => (method === 'PUT' ? 'reset-after' : undefined));
    expect((await look(stage)).is).toBe('retry');
    passMinutes(stage);
    // A list that lags behind, so that the same is ordered again.
    stage.konnect.setFault((_, nth) => (nth === 1 ? 'stale-list' : undefined));

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(condition(stage)).toBe('True Programmed');
  });

  it('wait for their network and go on once it is there', async () => {
    await using stage = await networkStage();
    const networkRef = { type: 'namespacedRef', namespacedRef: { name: 'later' } };
    stage.cluster.user.apply(kind.resource, configuration({ dataplane_groups: [group({ networkRef })] }));

    expect(await look(stage)).toMatchObject({ is: 'wait' });
    expect(condition(stage, 'planes', 'KonnectNetworkRefsValid')).toMatch(
      /^False Invalid: .*team\/later does not exist/,
    );
    expect(configurations(stage)).toEqual([]);
    stage.cluster.user.apply(
      networkKind.resource,
      network(stage, { name: 'later', cidr_block: '10.7.0.0/16' }, 'later'),
    );
    await settle(stage, networkKind, 'later');

    expect(await look(stage, 'dependency')).toEqual({ is: 'done' });
  });

  it('keep their network from going', async () => {
    await using stage = await programmedConfiguration();
    stage.cluster.user.remove(networkKind.resource, key('net'));

    expect(await stage.reconcile(networkKind, 'net')).toMatchObject({
      is: 'wait',
      message: expect.stringContaining('team/planes'),
    });
  });

  it('of a control plane in another namespace are refused', async () => {
    await using stage = await networkStage();
    const konnectNamespacedRef = { name: 'cp', namespace: 'elsewhere' };
    const controlPlaneRef = { type: 'konnectNamespacedRef', konnectNamespacedRef };
    stage.cluster.user.apply(kind.resource, configuration({ controlPlaneRef }));

    expect((await look(stage)).is).toBe('terminal');
    expect(condition(stage)).toMatch(/namespace is elsewhere/);
  });
});

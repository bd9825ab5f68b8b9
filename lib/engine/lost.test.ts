import { describe, expect, it } from 'vitest';
import {
  acl,
  aclKind,
  consumer,
  consumerKind,
  entities,
  programmedRoute,
  routeKind,
  serviceKind,
  target,
  targetKind,
  upstream,
  upstreamKind,
} from '../../test/memory/core.ts';
import {
  conditionText,
  controlPlane,
  controlPlaneKind,
  extensionKind,
  key,
  withExtension,
} from '../../test/memory/manifests.ts';
import { settleAll } from '../../test/memory/plugins.ts';
import { type Stage, startStage } from '../../test/memory/stage.ts';
import type { Kind } from '../kinds/define.ts';

describe('an entity that went with what it belonged to', () => {
  it.each([
    { parent: consumer(), parentKind: consumerKind, child: acl(), childKind: aclKind, says: 'KongConsumer' },
    { parent: upstream(), parentKind: upstreamKind, child: target(), childKind: targetKind, says: 'KongUpstream' },
  ])('is not said to be there ($says), and comes back with it', async ({ parent, parentKind, child, childKind }) => {
    await using stage = await programmedRoute();
    const { name } = child.metadata;
    stage.cluster.user.apply(parentKind.resource, parent);
    stage.cluster.user.apply(childKind.resource, child);
    await settleAll(stage);
    expect(programmed(stage, childKind, name)).toBe('True Programmed');

    stage.cluster.user.remove(parentKind.resource, key(parent.metadata.name));
    await settleAll(stage);

    expect(programmed(stage, childKind, name)).toMatch(
      /^False ConditionWithStatusFalseExists: Referenced \w+ \S+ does not exist$/,
    );

    stage.cluster.user.apply(parentKind.resource, parent);
    await settleAll(stage);
    expect(programmed(stage, childKind, name)).toBe('True Programmed');
  });

  it('is not said to be there where the control plane went, also not through another entity', async () => {
    await using stage = await programmedRoute();
    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));
    await settleAll(stage);

    expect(entities(stage)).toEqual([]);
    expect(programmed(stage, serviceKind, 'svc')).toMatch(/^False ConditionWithStatusFalseExists: .* does not exist$/);
    expect(programmed(stage, routeKind, 'route')).toMatch(
      /^False ConditionWithStatusFalseExists: Referenced KongService \S+ is not in Konnect any more: .*Control Plane.*does not exist$/,
    );

    stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp'));
    await settleAll(stage);
    expect(programmed(stage, routeKind, 'route')).toBe('True Programmed');
    expect(entities(stage, 'routes')).toHaveLength(1);
  });

  it('wakes what belongs to it, whose object it is that changed', async () => {
    await using stage = await programmedRoute();
    const before = serviceKind.offers(stage.object(serviceKind, 'svc'));
    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));
    await settleAll(stage);

    expect(serviceKind.offers(stage.object(serviceKind, 'svc'))).not.toEqual(before);
  });

  it('is no blip for who uses an extension: there is nothing to join any more', async () => {
    await using stage = await startStage();
    await withExtension(stage);
    stage.cluster.user.remove(controlPlaneKind.resource, key('cp'));
    await settleAll(stage);

    expect(conditionText(stage.object(extensionKind, 'ext'), 'Ready')).toMatch(
      /^False provisioning: .* does not exist$/,
    );
  });
});

function programmed(stage: Stage, kind: Kind, name: string): string {
  return conditionText(stage.object(kind, name), 'Programmed');
}

import { describe, expect, it } from 'vitest';
import { bound, condition, look, settled } from '../../../test/memory/bindings.ts';
import { consumerKind, serviceKind } from '../../../test/memory/core.ts';
import { conditionText, controlPlane, controlPlaneKind, key } from '../../../test/memory/manifests.ts';
import {
  applyConsumer,
  applyService,
  binding,
  bindingKind,
  plugin,
  pluginKind,
  plugins,
  serviceTarget,
  settleAll,
  stageWithControlPlane,
} from '../../../test/memory/plugins.ts';
import { namespace } from '../../../test/memory/stage.ts';

describe('what can not be bound', () => {
  it('T55 is what lives in different control planes', async () => {
    await using stage = await bound();
    stage.cluster.user.apply(controlPlaneKind.resource, controlPlane('cp2'));
    const spec = { controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: 'cp2' } } };
    applyConsumer(stage, 'bob', {}, { spec });
    stage.cluster.user.edit(bindingKind.resource, key('bound'), {
      spec: { targets: { consumerRef: { name: 'bob' } } },
    });
    await settleAll(stage);

    expect(condition(stage)).toMatch(/^False FailedToCreate: .*different control planes/);
    expect(plugins(stage)).toEqual([]);
  });

  it('is a plugin of the whole cluster', async () => {
    await using stage = await settled({}, { pluginRef: { kind: 'KongClusterPlugin', name: 'limit' } });

    expect(condition(stage)).toMatch(/^False UnsupportedPlugin: KongClusterPlugin limit can not be bound/);
    expect(plugins(stage)).toEqual([]);
  });

  it.each([
    [{ serviceRef: { group: '', kind: 'Service', name: 'svc' } }, 'unsupported service target kind Service'],
    [
      { routeRef: { group: 'networking.k8s.io', kind: 'Ingress', name: 'svc' } },
      'unsupported route target kind Ingress',
    ],
  ])('is an object of another API: %j', async (targets, message) => {
    await using stage = await settled({}, { targets });

    expect(condition(stage)).toMatch(new RegExp(`^False UnsupportedTarget: ${message}`));
    expect(plugins(stage)).toEqual([]);
  });

  it('is a plugin that is not there', async () => {
    await using stage = await stageWithControlPlane();
    stage.cluster.user.apply(bindingKind.resource, binding({}));
    await settleAll(stage);

    expect(condition(stage, 'PluginRefValid')).toBe(
      `False Invalid: Referenced KongPlugin ${namespace}/limit does not exist`,
    );
    expect(condition(stage)).toMatch(/^False ConditionWithStatusFalseExists: Referenced KongPlugin/);
  });

  it('is a second binding for the same requests, and it names the first', async () => {
    await using stage = await settled();
    stage.cluster.user.apply(bindingKind.resource, binding({ targets: serviceTarget() }, 'again'));
    await settleAll(stage);

    const again = conditionText(stage.object(bindingKind, 'again'), 'Programmed');
    expect(again).toMatch(/^False FailedToCreate: Konnect takes a plugin once for the same requests/);
    expect(again).toContain(`(KongPluginBinding ${namespace}/bound of cluster blue)`);
    expect(plugins(stage)).toHaveLength(1);
    expect(conditionText(stage.object(pluginKind, 'limit'), 'Programmed')).toMatch(
      /^False BindingsNotProgrammed: 1 of 2 bindings programmed; again: Konnect takes a plugin once/,
    );
  });

  it('T38 is a second plugin of the same type for the same requests, and goes on once the first is gone', async () => {
    await using stage = await settled();
    stage.cluster.user.apply(pluginKind.resource, plugin({}, { name: 'other' }));
    const pluginRef = { kind: 'KongPlugin', name: 'other' };
    stage.cluster.user.apply(bindingKind.resource, binding({ pluginRef, targets: serviceTarget() }, 'again'));
    await settleAll(stage);
    expect(conditionText(stage.object(bindingKind, 'again'), 'Programmed')).toContain('/bound of cluster blue');

    stage.cluster.user.remove(bindingKind.resource, key('bound'));
    await settleAll(stage, 'drift');

    expect(conditionText(stage.object(bindingKind, 'again'), 'Programmed')).toBe('True Programmed');
    expect(plugins(stage)).toHaveLength(1);
  });

  it('is a second use of an instance name, and it names the first', async () => {
    await using stage = await settled({ instance_name: 'one' });
    stage.cluster.user.apply(bindingKind.resource, binding({}, 'again'));
    await settleAll(stage);

    const again = conditionText(stage.object(bindingKind, 'again'), 'Programmed');
    expect(again).toContain('instance_name');
    expect(again).toContain(`(KongPluginBinding ${namespace}/bound of cluster blue)`);
  });
});

describe('a target', () => {
  it('that is not in Konnect yet is waited for, and named', async () => {
    await using stage = await settled({}, { targets: { consumerRef: { name: 'alice' } } });
    expect(condition(stage, 'TargetRefsValid')).toBe(
      `False Invalid: Referenced KongConsumer ${namespace}/alice does not exist`,
    );

    applyConsumer(stage);
    await settleAll(stage);

    expect(condition(stage, 'TargetRefsValid')).toMatch(/^True Valid/);
    expect(condition(stage)).toBe('True Programmed');
  });

  it('that goes takes the plugin along in Konnect, and the binding says so until it is back', async () => {
    await using stage = await settled();
    stage.cluster.user.remove(serviceKind.resource, key('svc'));
    await settleAll(stage);

    expect(stage.find(serviceKind.resource, 'svc')).toBeUndefined();
    expect(plugins(stage)).toEqual([]);
    expect(condition(stage)).toContain(`Referenced KongService ${namespace}/svc does not exist`);

    applyService(stage);
    await settleAll(stage);
    expect(plugins(stage)).toHaveLength(1);
    expect(condition(stage)).toBe('True Programmed');
  });

  it('that is another one now under the same name is what the plugin is for', async () => {
    await using stage = await settled({}, { targets: { consumerRef: { name: 'alice' } } });
    applyConsumer(stage);
    await settleAll(stage);
    const before = plugins(stage)[0]?.['consumer'];
    stage.cluster.user.remove(consumerKind.resource, key('alice'));
    await stage.reconcile(consumerKind, 'alice');
    applyConsumer(stage);
    await stage.reconcile(consumerKind, 'alice');

    await look(stage);

    expect(plugins(stage)).toHaveLength(1);
    expect(plugins(stage)[0]?.['consumer']).not.toEqual(before);
  });
});

it('a binding that is for an ingress controller is left alone', async () => {
  await using stage = await settled({}, { controlPlaneRef: { type: 'kic' }, targets: serviceTarget() });

  expect(stage.object(bindingKind, 'bound').metadata.finalizers).toBeUndefined();
  expect(plugins(stage)).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { consumerKind, serviceKind } from '../../../test/memory/core.ts';
import {
  conditionText,
  controlPlane,
  controlPlaneKind,
  forget,
  key,
  konnectCalls,
  remotePlanes,
  secretResource,
} from '../../../test/memory/manifests.ts';
import {
  applyConsumer,
  applyGroup,
  applyRoute,
  applyService,
  binding,
  bindingKind,
  plugin,
  pluginKind,
  plugins,
  rewrite,
  routeTarget,
  secret,
  serviceTarget,
  settleAll,
  stageWithControlPlane,
} from '../../../test/memory/plugins.ts';
import { namespace, type Stage } from '../../../test/memory/stage.ts';
import { inputsAnnotation } from '../../engine/names.ts';
import { kind } from './kind.ts';

type Extra = Readonly<Record<string, unknown>>;

/** The plugin `limit`, with these fields, bound to the service `svc`. */
async function bound(
  fields: Extra = {},
  spec: Extra = { targets: serviceTarget() },
  metadata: Extra = {},
): Promise<Stage> {
  const stage = await stageWithControlPlane();
  applyService(stage);
  stage.cluster.user.apply(pluginKind.resource, plugin(fields, metadata));
  stage.cluster.user.apply(bindingKind.resource, binding(spec));
  return stage;
}

async function settled(...given: Parameters<typeof bound>): Promise<Stage> {
  const stage = await bound(...given);
  await settleAll(stage);
  return stage;
}

const condition = (stage: Stage, type = 'Programmed') => conditionText(stage.object(bindingKind, 'bound'), type);
const look = (stage: Stage) => stage.reconcile(bindingKind, 'bound', { cause: 'dependency' });
const writes = (stage: Stage) => konnectCalls(stage).filter((call) => !call.startsWith('GET'));

const fromSecret = (name: string, field: string) => ({ secretKeyRef: { name, key: field } });

/** A plugin whose header comes from the Secret `headers`. */
const patchedPlugin = {
  plugin: 'request-transformer',
  config: { remove: { headers: ['cookie'] } },
  configPatches: [{ path: '/add/headers', valueFrom: fromSecret('headers', 'list') }],
};

async function withHeaders(list = '["x-token:first"]'): Promise<Stage> {
  const stage = await bound(patchedPlugin);
  stage.cluster.user.apply(secretResource, secret('headers', { list }));
  await settleAll(stage);
  return stage;
}

describe('what is sent', () => {
  it('T22 is every field of the plugin that Konnect knows', async () => {
    await using stage = await settled({
      instance_name: 'one',
      protocols: ['https'],
      disabled: true,
      ordering: { before: { access: ['key-auth'] } },
    });

    expect(plugins(stage)).toMatchObject([
      {
        name: 'rate-limiting',
        config: { minute: 5, policy: 'local' },
        enabled: false,
        instance_name: 'one',
        protocols: ['https'],
        ordering: { before: { access: ['key-auth'] } },
      },
    ]);
  });

  it('is not what Konnect does not know, and the binding says so', async () => {
    await using stage = await settled({ run_on: 'first', consumerRef: 'alice' });

    expect(condition(stage, 'PluginRefValid')).toMatch(/not sent, since Konnect does not know it: run_on, consumerRef/);
    expect(condition(stage)).toBe('True Programmed');
  });

  it('has the id of each target', async () => {
    await using stage = await bound({}, { targets: { ...routeTarget(), consumerRef: { name: 'alice' } } });
    applyRoute(stage);
    applyConsumer(stage);
    await settleAll(stage);

    const [sent] = plugins(stage);
    expect(sent).toMatchObject({ route: { id: expect.any(String) }, consumer: { id: expect.any(String) } });
    expect(sent?.['service'] ?? null).toBeNull();
  });

  it('may be for a group', async () => {
    await using stage = await bound({}, { targets: { consumerGroupRef: { name: 'gold' } } });
    applyGroup(stage);
    await settleAll(stage);

    expect(plugins(stage)).toMatchObject([{ consumer_group: { id: expect.any(String) } }]);
  });

  it('has no target where the binding is for the whole control plane', async () => {
    await using stage = await settled({}, {});

    const [sent] = plugins(stage);
    for (const target of ['service', 'route', 'consumer', 'consumer_group']) expect(sent?.[target] ?? null).toBeNull();
  });

  it('carries the tags of the plugin beside those of the binding', async () => {
    await using stage = await bound({}, undefined, { annotations: { 'konghq.com/tags': 'from-plugin' } });
    stage.cluster.user.edit(bindingKind.resource, key('bound'), {
      metadata: { annotations: { 'konghq.com/tags': 'from-binding' } },
    });
    await settleAll(stage);

    const tags = plugins(stage)[0]?.['tags'];
    expect(tags).toEqual(expect.arrayContaining(['from-plugin', 'from-binding', 'k8s-kind:KongPluginBinding']));
  });
});

describe('a look at what is there', () => {
  it('finds nothing to do: Konnect completes the configuration, and that is no difference', async () => {
    await using stage = await withHeaders();
    forget(stage);

    await settleAll(stage, 'drift');

    expect(writes(stage)).toEqual([]);
  });

  it('costs no call where nothing changed, whoever asks', async () => {
    await using stage = await withHeaders();
    forget(stage);

    expect(await look(stage)).toEqual({ is: 'done' });

    expect(konnectCalls(stage)).toEqual([]);
    expect(stage.cluster.calls.filter((call) => call.startsWith('patch'))).toEqual([]);
  });

  it('puts right what somebody changed by hand, a target too many among it', async () => {
    await using stage = await bound({}, {});
    await settleAll(stage);
    const [plane] = remotePlanes(stage);
    const [sent] = plugins(stage);
    const [service] = stage.konnect.entities(plane?.id ?? '', 'services');
    stage.konnect.patchEntity(plane?.id ?? '', 'plugins', sent?.id ?? '', {
      config: { minute: 7 },
      service: { id: service?.id },
    });

    await settleAll(stage, 'drift');

    expect(plugins(stage)).toMatchObject([{ config: { minute: 5 } }]);
    expect(plugins(stage)[0]?.['service'] ?? null).toBeNull();
  });

  it('shows nothing that came out of a Secret', async () => {
    const difference = kind.core?.difference;
    const found = difference?.(
      { config: { add: { headers: ['x:hidden'] }, minute: 5 } },
      { id: '1', enabled: true, config: { add: { headers: ['x:other'] }, minute: 6 } },
      ['config.add.headers.**'],
    );

    expect(found).toEqual([
      { path: 'config.add.headers[0]', desired: '[redacted]', observed: '[redacted]' },
      { path: 'config.minute', desired: 5, observed: 6 },
    ]);
  });
});

describe('T56 a configuration from Secrets', () => {
  it('is put into the rest', async () => {
    await using stage = await withHeaders();

    expect(plugins(stage)).toMatchObject([
      { config: { add: { headers: ['x-token:first'] }, remove: { headers: ['cookie'] } } },
    ]);
  });

  it.each([
    ['JSON', '{"minute": 3}'],
    ['YAML', 'minute: 3\npolicy: local\n'],
  ])('may be the whole, in %s', async (_, text) => {
    await using stage = await bound({ config: undefined, configFrom: fromSecret('whole', 'config') });
    stage.cluster.user.apply(secretResource, secret('whole', { config: text }));
    await settleAll(stage);

    expect(plugins(stage)).toMatchObject([{ config: { minute: 3, policy: 'local' } }]);
  });

  it('is sent again when the Secret changes, and once', async () => {
    await using stage = await withHeaders();
    rewrite(stage, 'headers', { list: '["x-token:second"]' });
    forget(stage);

    await look(stage);
    await look(stage);

    expect(writes(stage)).toHaveLength(1);
    expect(plugins(stage)).toMatchObject([{ config: { add: { headers: ['x-token:second'] } } }]);
  });

  it('is sent again where the first try failed, also where the binding is programmed already', async () => {
    await using stage = await withHeaders();
    rewrite(stage, 'headers', { list: '["x-token:second"]' });
    stage.konnect.setFault((_request, nth) => (nth === 1 ? { status: 503 } : undefined));

    expect(await look(stage)).toMatchObject({ is: 'retry' });
    expect(condition(stage)).toBe('True Programmed');
    expect(await look(stage)).toEqual({ is: 'done' });

    expect(plugins(stage)).toMatchObject([{ config: { add: { headers: ['x-token:second'] } } }]);
  });

  it('leaves nothing of itself on the object', async () => {
    await using stage = await withHeaders();

    const object = JSON.stringify(stage.object(bindingKind, 'bound'));
    expect(object).not.toContain('x-token');
    expect(stage.object(bindingKind, 'bound').metadata.annotations?.[inputsAnnotation]).toContain('Secret ');
    expect(stage.logs.join()).not.toContain('x-token');
  });

  it('that is missing is waited for aloud, and nothing is sent', async () => {
    await using stage = await settled(patchedPlugin);

    expect(condition(stage)).toContain(
      `takes its configuration from Secret ${namespace}/headers, which does not exist`,
    );
    expect(condition(stage, 'PluginRefValid')).toMatch(/^False Invalid/);
    expect(plugins(stage)).toEqual([]);

    stage.cluster.user.apply(secretResource, secret('headers', { list: '["x-token:late"]' }));
    await settleAll(stage);
    expect(condition(stage)).toBe('True Programmed');
  });

  it('that goes later is told, and what Konnect has stays', async () => {
    await using stage = await withHeaders();
    stage.cluster.user.remove(secretResource, key('headers'));
    forget(stage);

    expect(await look(stage)).toMatchObject({ is: 'wait' });

    expect(condition(stage)).toMatch(/^False/);
    expect(writes(stage)).toEqual([]);
    expect(plugins(stage)).toHaveLength(1);
  });

  it.each([
    ['has another key', { other: '[]' }, 'Secret headers has no key list'],
    [
      'holds no JSON',
      { list: 'hidden text' },
      'Secret headers must hold JSON; a text needs its quotes, under the key list',
    ],
  ])('that %s is refused in words that do not quote it', async (_, data, message) => {
    await using stage = await bound(patchedPlugin);
    stage.cluster.user.apply(secretResource, secret('headers', data));
    await settleAll(stage);

    expect(condition(stage)).toBe(
      `False Invalid: ${message}${'other' in data ? ", which the plugin's configuration is read from" : ''}`,
    );
    expect(condition(stage, 'PluginRefValid')).toContain(message);
    expect(stage.logs.join()).not.toContain('hidden');
    expect(plugins(stage)).toEqual([]);
  });

  it('that is no map is refused', async () => {
    await using stage = await bound({ config: undefined, configFrom: fromSecret('whole', 'config') });
    stage.cluster.user.apply(secretResource, secret('whole', { config: 'hidden' }));
    await settleAll(stage);

    expect(condition(stage)).toBe('False Invalid: Secret whole must hold a map, in JSON or YAML, under the key config');
  });
});

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
    expect(again).toContain(`(KongPluginBinding ${namespace}/bound of cluster blue)`);
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

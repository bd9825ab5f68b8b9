import { describe, expect, it } from 'vitest';
import { bound, condition, look, settled, withHeaders, writes } from '../../../test/memory/bindings.ts';
import { forget, key, konnectCalls, remotePlanes } from '../../../test/memory/manifests.ts';
import {
  applyConsumer,
  applyGroup,
  applyRoute,
  bindingKind,
  plugins,
  routeTarget,
  settleAll,
} from '../../../test/memory/plugins.ts';
import { kind } from './kind.ts';

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

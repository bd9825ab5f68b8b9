import { describe, expect, it } from 'vitest';
import { annotated, namesLimit, programmed, unused } from '../../../test/memory/annotations.ts';
import { serviceKind } from '../../../test/memory/core.ts';
import { key } from '../../../test/memory/manifests.ts';
import {
  applyService,
  binding,
  bindingKind,
  objectsOf,
  plugin,
  pluginKind,
  plugins,
  serviceTarget,
  settleAll,
  stageWithControlPlane,
} from '../../../test/memory/plugins.ts';
import { stuckBecause } from '../../drift/stuck.ts';
import { deletionPolicyAnnotation } from '../../engine/names.ts';
import { statusDocument } from '../../status/json.ts';

describe('a plugin that nobody uses', () => {
  it('says that it is not in Konnect, and is not held', async () => {
    await using stage = await unused();

    expect(programmed(stage)).toMatch(/^False NotBound: not in Konnect: .*konghq\.com\/plugins/);
    expect(stage.object(pluginKind, 'limit').metadata.finalizers).toBeUndefined();
    expect(plugins(stage)).toEqual([]);
  });

  it('is nothing that somebody has to look at, today or later', async () => {
    await using stage = await unused();

    const object = stage.object(pluginKind, 'limit');
    expect(stuckBecause(pluginKind, object, new Date('2030-01-01'))).toBeUndefined();
    expect(statusDocument([{ kind: pluginKind, object }])).toMatchObject({
      notReady: 0,
      objects: [{ standing: 'unused' }],
    });

    // An edit that nobody has looked at is another matter.
    const edited = { ...object, metadata: { ...object.metadata, generation: 2 } };
    expect(stuckBecause(pluginKind, edited, new Date('2030-01-01'))).toContain('generation 1 was looked at last');
    expect(statusDocument([{ kind: pluginKind, object: edited }])).toMatchObject({ notReady: 1 });
  });

  it('is left alone where an ingress controller says that it has it', async () => {
    await using stage = await stageWithControlPlane();
    stage.cluster.user.apply(pluginKind.resource, plugin());
    const condition = { type: 'Programmed', status: 'True', reason: 'Programmed', message: '', observedGeneration: 1 };
    stage.cluster.user.editStatus(pluginKind.resource, key('limit'), {
      conditions: [{ ...condition, lastTransitionTime: '2026-01-01T00:00:00Z' }],
    });
    const before = stage.object(pluginKind, 'limit');

    await settleAll(stage);

    expect(stage.object(pluginKind, 'limit')).toEqual(before);
  });
});

describe('an edit of the plugin', () => {
  it('reaches Konnect, also where it takes something out, and the plugin is not done before', async () => {
    await using stage = await annotated();
    stage.cluster.user.edit(pluginKind.resource, key('limit'), { config: { minute: null, hour: 9 } });

    await stage.reconcile(pluginKind, 'limit');
    expect(programmed(stage)).toMatch(/^False BindingsNotProgrammed: 0 of 1 bindings programmed; limit-/);

    await settleAll(stage);
    expect(plugins(stage)).toMatchObject([{ config: { minute: null, hour: 9 } }]);
    expect(programmed(stage)).toMatch(/^True/);
  });

  it('of its tags reaches Konnect', async () => {
    await using stage = await annotated();
    stage.cluster.user.edit(pluginKind.resource, key('limit'), {
      metadata: { annotations: { 'konghq.com/tags': 'gold, silver' } },
    });
    await settleAll(stage);

    expect(plugins(stage)[0]?.['tags']).toEqual(expect.arrayContaining(['gold', 'silver']));
  });

  it('that Konnect refuses is told on the plugin, with the words of the binding', async () => {
    await using stage = await annotated();
    stage.cluster.user.edit(pluginKind.resource, key('limit'), { config: { minute: -1 } });
    await settleAll(stage);

    expect(programmed(stage)).toMatch(
      /^False BindingsNotProgrammed: 0 of 1 bindings programmed; limit-\w+: .*config\.minute/,
    );
  });
});

describe('a deletion', () => {
  it('T33 of a plugin that is bound waits for the binding; then both go', async () => {
    await using stage = await unused();
    stage.cluster.user.apply(bindingKind.resource, binding({ targets: serviceTarget() }));
    await settleAll(stage);

    stage.cluster.user.remove(pluginKind.resource, key('limit'));
    await settleAll(stage);
    expect(programmed(stage)).toContain('still in use by KongPluginBinding bound');
    expect(plugins(stage)).toHaveLength(1);

    stage.cluster.user.remove(bindingKind.resource, key('bound'));
    await settleAll(stage);
    expect(stage.find(pluginKind.resource, 'limit')).toBeUndefined();
    expect(stage.find(bindingKind.resource, 'bound')).toBeUndefined();
    expect(plugins(stage)).toEqual([]);
  });

  it('of a plugin that is only annotated takes its bindings along', async () => {
    await using stage = await annotated();

    stage.cluster.user.remove(pluginKind.resource, key('limit'));
    await settleAll(stage);

    expect(stage.find(pluginKind.resource, 'limit')).toBeUndefined();
    expect(objectsOf(stage, 'KongPluginBinding')).toEqual([]);
    expect(plugins(stage)).toEqual([]);
  });

  it('of a plugin that is to be retained leaves its bindings in Konnect', async () => {
    await using stage = await annotated();
    stage.cluster.user.edit(pluginKind.resource, key('limit'), {
      metadata: { annotations: { [deletionPolicyAnnotation]: 'retain' } },
    });

    stage.cluster.user.remove(pluginKind.resource, key('limit'));
    await settleAll(stage);

    expect(objectsOf(stage, 'KongPluginBinding')).toEqual([]);
    expect(plugins(stage)).toHaveLength(1);
  });

  it('of a service is not held by bindings, and takes the one along that was made for it', async () => {
    await using stage = await stageWithControlPlane();
    stage.cluster.user.apply(pluginKind.resource, plugin());
    applyService(stage, 'svc', namesLimit);
    await settleAll(stage);

    stage.cluster.user.remove(serviceKind.resource, key('svc'));
    await settleAll(stage);

    expect(stage.find(serviceKind.resource, 'svc')).toBeUndefined();
    expect(objectsOf(stage, 'KongPluginBinding')).toEqual([]);
    expect(plugins(stage)).toEqual([]);
  });
});

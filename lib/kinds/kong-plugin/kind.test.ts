import { describe, expect, it } from 'vitest';
import { serviceKind } from '../../../test/memory/core.ts';
import { conditionText, forget, key, konnectCalls } from '../../../test/memory/manifests.ts';
import {
  annotate,
  applyConsumer,
  applyGroup,
  applyRoute,
  applyService,
  binding,
  bindingKind,
  bindingsFor,
  objectsOf,
  plugin,
  pluginKind,
  plugins,
  serviceTarget,
  settleAll,
  stageWithControlPlane,
} from '../../../test/memory/plugins.ts';
import { namespace, type Stage } from '../../../test/memory/stage.ts';
import { deletionPolicyAnnotation, finalizer } from '../../engine/names.ts';
import { isRecord } from '../../engine/objects.ts';

const named = { annotations: { 'konghq.com/plugins': 'other, limit' } };

/** A plugin that nobody uses, and a service with a route. */
async function unused(): Promise<Stage> {
  const stage = await stageWithControlPlane();
  stage.cluster.user.apply(pluginKind.resource, plugin());
  applyService(stage);
  applyRoute(stage);
  await settleAll(stage);
  return stage;
}

async function annotated(): Promise<Stage> {
  const stage = await unused();
  annotate(stage, 'KongService', 'svc', 'other, limit');
  await settleAll(stage);
  return stage;
}

function programmed(stage: Stage): string {
  return conditionText(stage.object(pluginKind, 'limit'), 'Programmed');
}

describe('a plugin that nobody uses', () => {
  it('says that it is not in Konnect, and is not held', async () => {
    await using stage = await unused();

    expect(programmed(stage)).toMatch(/^False NotBound: not in Konnect: .*konghq\.com\/plugins/);
    expect(stage.object(pluginKind, 'limit').metadata.finalizers).toBeUndefined();
    expect(plugins(stage)).toEqual([]);
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

describe('an annotation', () => {
  it('makes a binding, and takes spaces between names', async () => {
    await using stage = await annotated();

    expect(bindingsFor(stage)).toEqual(['service svc']);
    expect(plugins(stage)).toMatchObject([{ name: 'rate-limiting', config: { minute: 5 } }]);
    expect(programmed(stage)).toBe('True Programmed: 1 of 1 bindings programmed');
    expect(stage.object(pluginKind, 'limit').metadata.finalizers).toEqual([finalizer]);
  });

  it('makes nothing twice, and comes to rest', async () => {
    await using stage = await annotated();
    const before = stage.cluster.user.objects;
    forget(stage);

    await settleAll(stage);

    expect(stage.cluster.user.objects).toEqual(before);
    expect(konnectCalls(stage)).toEqual([]);
  });

  it('that goes takes the binding along', async () => {
    await using stage = await annotated();

    annotate(stage, 'KongService', 'svc', 'other');
    await settleAll(stage);

    expect(objectsOf(stage, 'KongPluginBinding')).toEqual([]);
    expect(plugins(stage)).toEqual([]);
    expect(programmed(stage)).toMatch(/^False NotBound/);
    expect(stage.object(pluginKind, 'limit').metadata.finalizers).toEqual([]);
  });

  it('on consumers alone makes bindings that go one by one', async () => {
    await using stage = await unused();
    applyConsumer(stage, 'alice', named);
    applyConsumer(stage, 'bob', named);
    await settleAll(stage);
    expect(bindingsFor(stage)).toEqual(['consumer alice', 'consumer bob']);

    annotate(stage, 'KongConsumer', 'alice', null);
    await settleAll(stage);

    expect(bindingsFor(stage)).toEqual(['consumer bob']);
    expect(plugins(stage)).toHaveLength(1);
  });

  it('on a consumer as well makes the plugin one for that consumer on that service', async () => {
    await using stage = await annotated();

    applyConsumer(stage, 'alice', named);
    await settleAll(stage);

    expect(bindingsFor(stage)).toEqual(['consumer alice + service svc']);
    expect(plugins(stage)).toMatchObject([
      { consumer: { id: expect.any(String) }, service: { id: expect.any(String) } },
    ]);
  });

  it('on a group beside a consumer does not count, and the plugin says so', async () => {
    await using stage = await unused();
    applyConsumer(stage, 'alice', named);
    applyGroup(stage, 'gold', named);
    await settleAll(stage);

    expect(bindingsFor(stage)).toEqual(['consumer alice']);
    expect(programmed(stage)).toContain('the group gold is left out');
  });

  it('on an object that is not for Konnect makes nothing', async () => {
    await using stage = await unused();
    applyConsumer(stage, 'alice', named, { spec: {} });
    await settleAll(stage);

    expect(bindingsFor(stage)).toEqual([]);
  });

  it('on a route whose service is missing for a while takes nothing away', async () => {
    await using stage = await unused();
    annotate(stage, 'KongRoute', 'route', 'limit');
    await settleAll(stage);
    const before = objectsOf(stage, 'KongPluginBinding').map(({ metadata }) => metadata.uid);
    const hidden = new Set(['svc']);
    // The service is there for its own reconcile; the plugin's list does not see it.
    stage.cluster.intercept((call) => {
      if (call.kind === 'KongService' && call.verb === 'list' && hidden.delete('svc')) {
        stage.cluster.user.edit(serviceKind.resource, key('svc'), { metadata: { finalizers: null } });
        stage.cluster.user.remove(serviceKind.resource, key('svc'));
      }
      return undefined;
    });

    await stage.reconcile(pluginKind, 'limit');

    expect(stage.find(serviceKind.resource, 'svc')).toBeUndefined();
    expect(objectsOf(stage, 'KongPluginBinding').map(({ metadata }) => metadata.uid)).toEqual(before);
  });
});

describe("a user's own binding", () => {
  it('is never touched, and stands in for one that an annotation asks for', async () => {
    await using stage = await unused();
    const own = stage.cluster.user.apply(bindingKind.resource, binding({ targets: serviceTarget() }));
    annotate(stage, 'KongService', 'svc', 'limit');
    await settleAll(stage);

    expect(objectsOf(stage, 'KongPluginBinding').map(({ metadata }) => metadata.name)).toEqual(['bound']);
    expect(stage.object(bindingKind, 'bound').spec).toEqual(own.spec);
    expect(programmed(stage)).toBe('True Programmed: 1 of 1 bindings programmed');

    annotate(stage, 'KongService', 'svc', null);
    await settleAll(stage);
    expect(plugins(stage)).toHaveLength(1);
  });

  it('with a further target is another one: both are in Konnect', async () => {
    await using stage = await unused();
    applyConsumer(stage);
    const targets = { ...serviceTarget(), consumerRef: { name: 'alice' } };
    stage.cluster.user.apply(bindingKind.resource, binding({ targets }));
    annotate(stage, 'KongService', 'svc', 'limit');
    await settleAll(stage);

    expect(bindingsFor(stage)).toEqual(['consumer alice + service svc', 'service svc']);
    expect(plugins(stage)).toHaveLength(2);
    expect(programmed(stage)).toBe('True Programmed: 2 of 2 bindings programmed');
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
    applyService(stage, 'svc', named);
    await settleAll(stage);

    stage.cluster.user.remove(serviceKind.resource, key('svc'));
    await settleAll(stage);

    expect(stage.find(serviceKind.resource, 'svc')).toBeUndefined();
    expect(objectsOf(stage, 'KongPluginBinding')).toEqual([]);
    expect(plugins(stage)).toEqual([]);
  });
});

describe('a binding that is made', () => {
  it('has a name that follows from what it is for, and goes with the plugin', async () => {
    await using stage = await annotated();
    const [first] = objectsOf(stage, 'KongPluginBinding');
    stage.cluster.user.remove(bindingKind.resource, key(first?.metadata.name ?? ''));
    await settleAll(stage);
    const [second] = objectsOf(stage, 'KongPluginBinding');

    expect(second?.metadata.uid).not.toBe(first?.metadata.uid);
    expect(second?.metadata.name).toBe(first?.metadata.name);
    expect(second?.metadata.ownerReferences).toMatchObject([
      { kind: 'KongPlugin', name: 'limit', uid: stage.object(pluginKind, 'limit').metadata.uid },
    ]);
    expect(plugins(stage)).toHaveLength(1);
  });

  it('is put right where somebody changes it', async () => {
    await using stage = await annotated();
    const name = objectsOf(stage, 'KongPluginBinding')[0]?.metadata.name ?? '';
    stage.cluster.user.edit(bindingKind.resource, key(name), {
      spec: {
        targets: {
          serviceRef: null,
          routeRef: { group: 'configuration.konghq.com', kind: 'KongRoute', name: 'route' },
        },
      },
    });
    await settleAll(stage);

    expect(bindingsFor(stage)).toEqual(['service svc']);
  });

  it("of Kong's operator is kept, by whatever name", async () => {
    await using stage = await unused();
    const owner = stage.object(pluginKind, 'limit');
    const ownerReferences = [
      { apiVersion: owner.apiVersion, kind: owner.kind, name: 'limit', uid: owner.metadata.uid },
    ];
    stage.cluster.user.apply(
      bindingKind.resource,
      binding({ targets: serviceTarget() }, 'limit-x7k2p', { ownerReferences }),
    );
    annotate(stage, 'KongService', 'svc', 'limit');
    await settleAll(stage);

    expect(objectsOf(stage, 'KongPluginBinding').map(({ metadata }) => metadata.name)).toEqual(['limit-x7k2p']);
  });

  it("is told where somebody else's object has its name", async () => {
    await using stage = await annotated();
    const name = objectsOf(stage, 'KongPluginBinding')[0]?.metadata.name ?? '';
    annotate(stage, 'KongService', 'svc', null);
    await settleAll(stage);
    stage.cluster.user.apply(bindingKind.resource, {
      ...binding({ pluginRef: { kind: 'KongPlugin', name: 'another' } }, name),
    });
    annotate(stage, 'KongService', 'svc', 'limit');

    expect(await stage.reconcile(pluginKind, 'limit')).toMatchObject({ is: 'terminal' });

    expect(programmed(stage)).toContain(`KongPluginBinding ${namespace}/${name} is in the way`);
    expect(isRecord(stage.object(bindingKind, name).spec)).toBe(true);
  });
});

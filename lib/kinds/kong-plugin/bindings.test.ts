import { describe, expect, it } from 'vitest';
import { annotated, programmed, unused } from '../../../test/memory/annotations.ts';
import { key } from '../../../test/memory/manifests.ts';
import {
  annotate,
  applyConsumer,
  binding,
  bindingKind,
  bindingsFor,
  objectsOf,
  pluginKind,
  plugins,
  serviceTarget,
  settleAll,
} from '../../../test/memory/plugins.ts';
import { namespace } from '../../../test/memory/stage.ts';
import { isRecord } from '../../engine/objects.ts';

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

it('a binding for an ingress controller is no use of the plugin in Konnect, and does not hold it', async () => {
  await using stage = await unused();
  const spec = { controlPlaneRef: { type: 'kic' }, targets: serviceTarget() };
  stage.cluster.user.apply(bindingKind.resource, binding(spec));
  await settleAll(stage);
  expect(programmed(stage)).toMatch(/^False NotBound/);

  stage.cluster.user.remove(pluginKind.resource, key('limit'));

  expect(stage.find(pluginKind.resource, 'limit')).toBeUndefined();
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

import { describe, expect, it } from 'vitest';
import { annotated, namesLimit, programmed, unused } from '../../../test/memory/annotations.ts';
import { serviceKind } from '../../../test/memory/core.ts';
import { forget, key, konnectCalls } from '../../../test/memory/manifests.ts';
import {
  annotate,
  applyConsumer,
  applyGroup,
  bindingKind,
  bindingsFor,
  objectsOf,
  plugin,
  pluginKind,
  plugins,
  settleAll,
} from '../../../test/memory/plugins.ts';
import { finalizer, unfinishedAnnotation } from '../../engine/names.ts';

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

  it('that is gone is told by the run after the one that was cut off between letting go and telling', async () => {
    await using stage = await annotated();
    annotate(stage, 'KongService', 'svc', 'other');
    const letGo = { finalizers: null, annotations: { [unfinishedAnnotation]: 'true' } };
    stage.cluster.user.edit(pluginKind.resource, key('limit'), { metadata: letGo });

    await settleAll(stage);

    expect(programmed(stage)).toMatch(/^False NotBound/);
    expect(stage.object(pluginKind, 'limit').metadata.annotations?.[unfinishedAnnotation]).toBeUndefined();
  });

  it.each(['first', 'last'])(
    'that names another plugin takes its place, whose binding is looked at %s',
    async (order) => {
      await using stage = await annotated();
      stage.cluster.user.apply(pluginKind.resource, plugin({ config: { minute: 6 } }, { name: 'other' }));
      annotate(stage, 'KongService', 'svc', 'other');
      for (const name of ['limit', 'other']) await stage.reconcile(pluginKind, name);
      const bindings = objectsOf(stage, 'KongPluginBinding').map(({ metadata }) => metadata);
      const [going, coming] = [true, false].map(
        (is) => bindings.find(({ deletionTimestamp }) => (deletionTimestamp !== undefined) === is)?.name ?? '',
      );
      if (order === 'last') await stage.reconcile(bindingKind, going ?? '');

      const verdict = await stage.reconcile(bindingKind, coming ?? '');

      expect(verdict.is).toBe(order === 'first' ? 'retry' : 'done');
      await stage.reconcile(bindingKind, going ?? '');
      expect(await stage.reconcile(bindingKind, coming ?? '')).toEqual({ is: 'done' });
      expect(plugins(stage)).toMatchObject([{ config: { minute: 6 } }]);
    },
  );

  it('on consumers alone makes bindings that go one by one', async () => {
    await using stage = await unused();
    applyConsumer(stage, 'alice', namesLimit);
    applyConsumer(stage, 'bob', namesLimit);
    await settleAll(stage);
    expect(bindingsFor(stage)).toEqual(['consumer alice', 'consumer bob']);

    annotate(stage, 'KongConsumer', 'alice', null);
    await settleAll(stage);

    expect(bindingsFor(stage)).toEqual(['consumer bob']);
    expect(plugins(stage)).toHaveLength(1);
  });

  it('on a consumer as well makes the plugin one for that consumer on that service', async () => {
    await using stage = await annotated();

    applyConsumer(stage, 'alice', namesLimit);
    await settleAll(stage);

    expect(bindingsFor(stage)).toEqual(['consumer alice + service svc']);
    expect(plugins(stage)).toMatchObject([
      { consumer: { id: expect.any(String) }, service: { id: expect.any(String) } },
    ]);
  });

  it('on a group beside a consumer does not count, and the plugin says so', async () => {
    await using stage = await unused();
    applyConsumer(stage, 'alice', namesLimit);
    applyGroup(stage, 'gold', namesLimit);
    await settleAll(stage);

    expect(bindingsFor(stage)).toEqual(['consumer alice']);
    expect(programmed(stage)).toContain('the group gold is left out');
  });

  it('on an object that is not for Konnect makes nothing', async () => {
    await using stage = await unused();
    applyConsumer(stage, 'alice', namesLimit, { spec: {} });
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

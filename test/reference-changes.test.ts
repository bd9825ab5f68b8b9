import { describe, expect, it } from 'vitest';
import { placeOf } from '../lib/engine/place.ts';
import { exampleSpec } from './any-object/texts.ts';
import { entity, inControlPlane, planeId, route, routeKind, serviceKind } from './memory/core.ts';
import { conditionText, key, named } from './memory/manifests.ts';
import {
  applyConsumer,
  applyGroup,
  applyService,
  binding,
  bindingKind,
  plugin,
  pluginKind,
  plugins,
  serviceTarget,
  settleAll,
  stageWithControlPlane,
} from './memory/plugins.ts';
import { namespace } from './memory/stage.ts';

/* A reference that changes: nothing is left behind, and nothing is there twice. */

type Fields = Readonly<Record<string, unknown>>;

const plane = { controlPlaneRef: inControlPlane };
const namedRef = (name: string) => ({ type: 'namespacedRef', namespacedRef: { name } });
const pem = (exampleSpec('kong-key', 'KongKey') as { pem: unknown }).pem;

describe('a reference that changes', () => {
  it('of a route leads it to another service, under its id', async () => {
    await using stage = await stageWithControlPlane();
    applyService(stage);
    applyService(stage, 'other');
    stage.cluster.user.apply(routeKind.resource, route());
    await settleAll(stage);
    const { id } = entity(stage, 'routes');
    stage.cluster.user.edit(routeKind.resource, key('route'), { spec: { serviceRef: namedRef('other') } });
    await settleAll(stage);

    const service = placeOf(stage.object(serviceKind, 'other'))?.id;
    expect(entity(stage, 'routes')).toMatchObject({ id, service: { id: service } });
  });

  it('of a route away from its service and back leaves one route', async () => {
    await using stage = await stageWithControlPlane();
    applyService(stage);
    stage.cluster.user.apply(routeKind.resource, route());
    await settleAll(stage);
    const { id } = entity(stage, 'routes');
    stage.cluster.user.edit(routeKind.resource, key('route'), { spec: { serviceRef: null, ...plane } });
    await settleAll(stage);
    expect(entity(stage, 'routes')).toMatchObject({ id });
    expect(entity(stage, 'routes')).not.toHaveProperty('service');
    expect(stage.object(routeKind, 'route').status).not.toHaveProperty('konnect.serviceID');
    expect(conditionText(stage.object(routeKind, 'route'), 'KongServiceRefValid')).toBe(
      'True Valid: KongServiceRef is unset',
    );

    stage.cluster.user.edit(routeKind.resource, key('route'), {
      spec: { serviceRef: namedRef('svc'), controlPlaneRef: null },
    });
    await settleAll(stage);
    expect(entity(stage, 'routes')).toMatchObject({ id, service: { id: entity(stage).id } });
  });

  it('of a key out of its set, that was not even there, is no fault any more', async () => {
    await using stage = await stageWithControlPlane();
    const kind = named('KongKey');
    const spec = { ...plane, kid: 'k', pem, keySetRef: namedRef('nobody') };
    stage.cluster.user.apply(kind.resource, { metadata: { name: 'k', namespace }, spec });
    await stage.reconcile(kind, 'k');
    expect(conditionText(stage.object(kind, 'k'), 'KeySetRefValid')).toMatch(/^False/);
    stage.cluster.user.edit(kind.resource, key('k'), { spec: { keySetRef: null } });

    expect(await stage.reconcile(kind, 'k')).toEqual({ is: 'done' });

    expect(conditionText(stage.object(kind, 'k'), 'KeySetRefValid')).toBe('True Valid: KeySetRef is unset');
    expect(entity(stage, 'keys')).not.toHaveProperty('set');
  });

  it('of a key by the id that its set has in Konnect is sent', async () => {
    await using stage = await stageWithControlPlane();
    const set = 'a7f0c4a4-0000-4000-8000-000000000001';
    stage.konnect.putEntity(planeId(stage), 'key-sets', set, { name: 'by-hand' });
    const kind = named('KongKey');
    const spec = { ...plane, kid: 'k', pem, keySetRef: { type: 'konnectID', konnectID: set } };
    stage.cluster.user.apply(kind.resource, { metadata: { name: 'k', namespace }, spec });

    expect(await stage.reconcile(kind, 'k')).toEqual({ is: 'done' });

    expect(entity(stage, 'keys')).toMatchObject({ set: { id: set } });
  });

  it('of a binding makes its plugin one for others, and for all in the end', async () => {
    await using stage = await stageWithControlPlane();
    applyService(stage);
    applyConsumer(stage);
    applyGroup(stage);
    stage.cluster.user.apply(pluginKind.resource, plugin());
    stage.cluster.user.apply(bindingKind.resource, binding({ targets: serviceTarget() }));
    await settleAll(stage);
    const { id } = plugins(stage)[0] ?? {};
    const retarget = (spec: Fields) => stage.cluster.user.edit(bindingKind.resource, key('bound'), { spec });

    retarget({ targets: { serviceRef: null, consumerRef: { name: 'alice' } } });
    await settleAll(stage);
    expect(plugins(stage)).toMatchObject([{ id, consumer: { id: entity(stage, 'consumers').id } }]);
    expect(plugins(stage)[0]).not.toHaveProperty('service');

    retarget({ targets: { consumerRef: null, consumerGroupRef: { name: 'gold' } } });
    await settleAll(stage);
    expect(plugins(stage)).toMatchObject([{ id, consumer_group: { id: entity(stage, 'consumer_groups').id } }]);

    retarget({
      targets: {
        consumerGroupRef: null,
        serviceRef: { group: 'configuration.konghq.com', kind: 'KongService', name: 'nobody' },
      },
    });
    await settleAll(stage);
    expect(conditionText(stage.object(bindingKind, 'bound'), 'TargetRefsValid')).toMatch(/^False/);
    retarget({ targets: null, scope: 'GlobalInControlPlane' });
    await settleAll(stage);
    expect(conditionText(stage.object(bindingKind, 'bound'), 'TargetRefsValid')).toBe(
      'True Valid: The plugin is for all requests',
    );
    expect(plugins(stage)).toHaveLength(1);
    for (const field of ['service', 'consumer', 'consumer_group']) expect(plugins(stage)[0]).not.toHaveProperty(field);
  });
});

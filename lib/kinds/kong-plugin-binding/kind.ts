import { inputsAnnotation } from '../../engine/names.ts';
import { findCondition, type KubernetesObject, secretResource } from '../../engine/objects.ts';
import { difference, rulesFor } from '../../konnect/normalise.ts';
import { comparable } from '../comparable.ts';
import { inControlPlane, present } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef, namesControlPlane } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt } from '../parent-ref.ts';
import { readInputs } from './inputs.ts';
import { pluginRef, refuseOtherKinds, targetRef } from './refs.ts';
import { schema, served } from './schema.ts';
import { surplus } from './surplus.ts';

const rules = rulesFor({
  whole: ['ordering', 'ordering.*'],
  defaults: {
    enabled: true,
    instance_name: null,
    ordering: null,
    service: null,
    route: null,
    consumer: null,
    consumer_group: null,
  },
});

const entity = entityKind({
  ...served,
  description: 'Which requests a plugin looks at: one plugin in Konnect.',
  schema,
  reasons: [
    ['Programmed', 'UnsupportedTarget', 'a target is of a kind that Konnect does not know'],
    ['Programmed', 'UnsupportedPlugin', 'it names a KongClusterPlugin, which only ingress controllers know'],
    ['PluginRefValid', 'Invalid', 'the plugin, or a Secret that it reads, does not make a configuration'],
  ],
  parents: [entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name'))],
  concerns: namesControlPlane,
  // The Secrets are those of the plugin: only its object names them.
  wakes: [{ resource: secretResource, through: 'plugin', targets: () => [] }],
  informs: [{ kind: 'KongPlugin', targets: pluginRef.targets }],
  access: [{ resource: secretResource, verbs: ['get'] }],
  mapping: {
    collection: inControlPlane('plugins'),
    inputs: readInputs,
    body: (object, ids) => {
      refuseOtherKinds(fieldsOf(schema, object));
      const { service, route, consumer, consumerGroup } = ids;
      return present({
        service: idOf(service),
        route: idOf(route),
        consumer: idOf(consumer),
        consumer_group: idOf(consumerGroup),
      });
    },
    tags: () => [],
    difference: (body, found, secret = []) =>
      difference(comparable(body), comparable(found), { ...rules, secret: [...rules.secret, ...secret] }),
    surplus,
    // Which ones a plugin looks at by default is its own matter.
    computed: ['protocols'],
    isRival,
    unique: 'Konnect takes a plugin once for the same requests, and an instance_name once in a control plane',
  },
});

export const kind = {
  ...entity,
  refs: [
    ...entity.refs,
    pluginRef,
    targetRef('service', 'KongService'),
    targetRef('route', 'KongRoute'),
    targetRef('consumer', 'KongConsumer'),
    targetRef('consumerGroup', 'KongConsumerGroup'),
  ],
  // The plugin's object reports on its bindings.
  offers: (object: KubernetesObject) => {
    const { status, message, observedGeneration } = findCondition(object, 'Programmed') ?? {};
    const inputs = object.metadata.annotations?.[inputsAnnotation];
    return { ...entity.offers(object), programmed: [status, message, observedGeneration], inputs };
  },
};

function idOf(id: string | undefined): { readonly id: string } | undefined {
  return id === undefined ? undefined : { id };
}

type Fields = Readonly<Record<string, unknown>>;

/** Konnect takes a plugin once for the same requests, and an `instance_name` once in a control plane. */
function isRival(body: Fields, other: Fields): boolean {
  const text = (fields: Fields, name: string) => JSON.stringify(fields[name] ?? null);
  const same = (...names: readonly string[]) => names.every((name) => text(body, name) === text(other, name));
  const named = body['instance_name'] !== undefined && same('instance_name');
  return named || same('name', 'service', 'route', 'consumer', 'consumer_group');
}

import { findCondition, type KubernetesObject } from '../../engine/objects.ts';
import { placeOf } from '../../engine/place.ts';
import { difference, rulesFor } from '../../konnect/normalise.ts';
import { inControlPlane, present, specTags } from '../core-paths.ts';
import { fieldsOf } from '../fields.ts';
import { informsPlugins } from '../kong-plugin/ref.ts';
import { entityKind } from '../konnect-gateway-control-plane/entity-kind.ts';
import { entityControlPlaneRef } from '../konnect-gateway-control-plane/ref.ts';
import { namedAt, parentRef } from '../parent-ref.ts';
import { schema, served } from './schema.ts';

const rules = rulesFor({
  sets: ['sources', 'destinations'],
  whole: ['headers'],
  defaults: {
    https_redirect_status_code: 426,
    path_handling: 'v0',
    preserve_host: false,
    regex_priority: 0,
    request_buffering: true,
    response_buffering: true,
    name: null,
    methods: null,
    hosts: null,
    paths: null,
    headers: null,
    snis: null,
    sources: null,
    destinations: null,
    service: null,
  },
});

const entity = entityKind({
  ...served,
  description: 'A route in Konnect: which requests a service gets.',
  schema,
  informs: [informsPlugins],
  parents: [
    parentRef({
      name: 'service',
      kind: 'KongService',
      condition: 'KongServiceRefValid',
      targets: namedAt('spec', 'serviceRef', 'namespacedRef', 'name'),
    }),
    entityControlPlaneRef(namedAt('spec', 'controlPlaneRef', 'konnectNamespacedRef', 'name')),
  ],
  mapping: {
    collection: inControlPlane('routes'),
    body: (object, ids) => {
      const { controlPlaneRef: _, serviceRef, tags: __, ...fields } = fieldsOf(schema, object).spec;
      // Defaults that depend on versions of the gateway, or on other fields: saying them makes them the same everywhere.
      const { protocols = ['http', 'https'], strip_path = !protocols.some(isGrpc) } = fields;
      return present({
        ...fields,
        protocols,
        strip_path,
        service: serviceRef === undefined ? undefined : { id: ids['service'] },
      });
    },
    tags: specTags,
    difference: (body, entity) => difference(body, entity, rules),
    uniqueName: ({ name }) => (typeof name === 'string' ? name : undefined),
    parents: { serviceID: 'service' },
  },
});

export const kind = {
  ...entity,
  // Plugins ask for its control plane, which its service says: that this one goes, or is there again, is news to them.
  offers: (object: KubernetesObject) => ({
    ...entity.offers(object),
    ...(placeOf(object) === undefined ? {} : { service: findCondition(object, 'KongServiceRefValid')?.status }),
  }),
};

/** Konnect never strips the path of a call, and refuses to. */
function isGrpc(protocol: string): boolean {
  return protocol === 'grpc' || protocol === 'grpcs';
}

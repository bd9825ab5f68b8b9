import type { KubernetesObject, Resource } from '../../engine/objects.ts';
import type { Run } from '../../engine/run.ts';
import { textAt } from '../fields.ts';
import { served as consumers } from '../kong-consumer/schema.ts';
import { served as groups } from '../kong-consumer-group/schema.ts';
import { served as routes } from '../kong-route/schema.ts';
import { served as services } from '../kong-service/schema.ts';
import { namesControlPlane } from '../konnect-gateway-control-plane/ref.ts';
import type { Role, Subject } from './combinations.ts';
import { annotatedPlugins } from './ref.ts';

/** The kinds whose objects may name a plugin in their annotation. */
export const annotatedKinds: Readonly<Record<Role, Resource>> = {
  service: services.resource,
  route: routes.resource,
  consumer: consumers.resource,
  consumerGroup: groups.resource,
};

export interface Annotated {
  readonly subjects: readonly Subject[];
  /** Names of routes whose control plane nobody can tell: the service that says it is not there, or says none. */
  readonly unplaced: readonly string[];
}

/** The objects of the plugin's namespace that name it. Those that are being deleted, or are not for Konnect, do not count. */
export async function annotatedWith({ cluster, object }: Run): Promise<Annotated> {
  const { namespace = '', name } = object.metadata;
  const list = (resource: Resource) => cluster.list(resource, { namespace });
  const named = (objects: readonly KubernetesObject[]) =>
    objects.filter(
      (one) => one.metadata.deletionTimestamp === undefined && annotatedPlugins(one).some((key) => key.name === name),
    );
  const [service, route, consumer, consumerGroup] = await Promise.all([
    list(annotatedKinds.service),
    list(annotatedKinds.route),
    list(annotatedKinds.consumer),
    list(annotatedKinds.consumerGroup),
  ]);
  const placed = named(route).map((one) => ({ one, controlPlane: planeOfRoute(one, service) }));
  return {
    subjects: [
      ...named(service).flatMap((one) => subject('service', one, planeOf(one))),
      ...placed.flatMap(({ one, controlPlane }) => subject('route', one, controlPlane)),
      ...named(consumer).flatMap((one) => subject('consumer', one, planeOf(one))),
      ...named(consumerGroup).flatMap((one) => subject('consumerGroup', one, planeOf(one))),
    ],
    unplaced: placed.flatMap(({ one, controlPlane }) =>
      controlPlane === undefined && serviceOf(one) !== undefined ? [one.metadata.name] : [],
    ),
  };
}

function subject(role: Role, { metadata }: KubernetesObject, controlPlane: string | undefined): readonly Subject[] {
  return controlPlane === undefined ? [] : [{ role, name: metadata.name, controlPlane }];
}

function planeOf(object: KubernetesObject): string | undefined {
  if (!namesControlPlane(object)) return undefined;
  return textAt(object.spec, 'controlPlaneRef', 'konnectNamespacedRef', 'name');
}

function planeOfRoute(route: KubernetesObject, all: readonly KubernetesObject[]): string | undefined {
  const name = serviceOf(route);
  const service = all.find(({ metadata }) => metadata.name === name);
  return name === undefined ? planeOf(route) : service && planeOf(service);
}

function serviceOf({ spec }: KubernetesObject): string | undefined {
  return textAt(spec, 'serviceRef', 'namespacedRef', 'name');
}

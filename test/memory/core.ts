import type { Entity } from '../../infra/local/konnect/server.ts';
import { isRecord, type KubernetesObject, statusOf } from '../../lib/engine/objects.ts';
import { placeOf } from '../../lib/engine/place.ts';
import type { Verdict } from '../../lib/engine/verdict.ts';
import type { Cause } from '../../lib/events/event.ts';
import type { Manifest } from './cluster.ts';
import { controlPlaneKind, key, named, remotePlanes, settle, withControlPlane } from './manifests.ts';
import { namespace, type Stage, startStage } from './stage.ts';

/* Short words for tests about entities of the control plane `cp`. */

export const serviceKind = named('KongService');
export const routeKind = named('KongRoute');
export const targetKind = named('KongTarget');
export const upstreamKind = named('KongUpstream');
export const consumerKind = named('KongConsumer');
export const groupKind = named('KongConsumerGroup');
export const hmacKind = named('KongCredentialHMAC');
export const aclKind = named('KongCredentialACL');

type Extra = Readonly<Record<string, unknown>>;

export const inControlPlane = {
  type: 'konnectNamespacedRef',
  konnectNamespacedRef: { name: 'cp' },
};

function manifest(name: string, spec: Extra, metadata: Extra = {}): Manifest {
  return { metadata: { name, namespace, ...metadata }, spec };
}

export function service(spec: Extra = {}, metadata: Extra = {}, name = 'svc'): Manifest {
  return manifest(name, { controlPlaneRef: inControlPlane, host: 'shop.internal', ...spec }, metadata);
}

export function route(spec: Extra = {}, metadata: Extra = {}, name = 'route'): Manifest {
  const serviceRef = { type: 'namespacedRef', namespacedRef: { name: 'svc' } };
  return manifest(name, { serviceRef, paths: ['/shop'], ...spec }, metadata);
}

export function consumer(fields: Extra = {}): Manifest {
  return {
    metadata: { name: 'alice', namespace },
    username: 'alice',
    spec: { controlPlaneRef: inControlPlane },
    ...fields,
  };
}

export function acl(): Manifest {
  return manifest('alice-admin', { consumerRef: { name: 'alice' }, group: 'admin' });
}

export function upstream(): Manifest {
  return manifest('up', { controlPlaneRef: inControlPlane, name: 'up' });
}

export function target(): Manifest {
  return manifest('up-1', { upstreamRef: { name: 'up' }, target: '10.0.0.1:80', weight: 100 });
}

/** A stage with the control plane `cp` and a service that nobody has looked at yet. */
export async function serviceStage(spec: Extra = {}, metadata: Extra = {}): Promise<Stage> {
  const stage = await startStage();
  await withControlPlane(stage);
  stage.cluster.user.apply(serviceKind.resource, service(spec, metadata));
  return stage;
}

/** The same with the service programmed. */
export async function programmedService(spec: Extra = {}, metadata: Extra = {}): Promise<Stage> {
  const stage = await serviceStage(spec, metadata);
  await settle(stage, serviceKind, 'svc');
  return stage;
}

/** The same with a route that leads to it, programmed. */
export async function programmedRoute(): Promise<Stage> {
  const stage = await programmedService();
  stage.cluster.user.apply(routeKind.resource, route());
  await settle(stage, routeKind, 'route');
  return stage;
}

export function look(stage: Stage, cause: Cause = 'change'): Promise<Verdict> {
  return stage.reconcile(serviceKind, 'svc', { cause });
}

export function objectOf(stage: Stage): KubernetesObject {
  return stage.object(serviceKind, 'svc');
}

export function editService(stage: Stage, patch: Extra): KubernetesObject {
  return stage.cluster.user.edit(serviceKind.resource, key('svc'), patch);
}

/** Id of the one control plane that was made. */
export function planeId(stage: Stage): string {
  return remotePlanes(stage)[0]?.id ?? '';
}

export function entities(stage: Stage, collection = 'services'): readonly Entity[] {
  return remotePlanes(stage).flatMap(({ id }) => stage.konnect.entities(id, collection));
}

/** The only entity of a collection. */
export function entity(stage: Stage, collection = 'services'): Entity {
  const [one, second] = entities(stage, collection);
  if (one === undefined || second !== undefined) throw new Error(`not one of ${collection}`);
  return one;
}

/** Writes the status as somebody with a right to it would. */
export function editPlace(stage: Stage, place: Extra): void {
  const block = statusOf(objectOf(stage))['konnect'];
  const konnect = { ...(isRecord(block) ? block : {}), ...place };
  stage.cluster.user.editStatus(serviceKind.resource, key('svc'), { konnect });
}

export function placeOfService(stage: Stage) {
  return placeOf(objectOf(stage));
}

/** The control plane is deleted in Konnect, and its object makes a new one. */
export async function newControlPlane(stage: Stage): Promise<string> {
  stage.konnect.removeControlPlane(planeId(stage));
  await stage.reconcile(controlPlaneKind, 'cp', { cause: 'drift' });
  return planeId(stage);
}

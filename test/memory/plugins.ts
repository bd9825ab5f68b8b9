import type { Entity } from '../../infra/local/konnect/server.ts';
import type { KubernetesObject } from '../../lib/engine/objects.ts';
import type { Cause } from '../../lib/events/event.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import type { Manifest } from './cluster.ts';
import { consumerKind, entities, inControlPlane, routeKind, serviceKind } from './core.ts';
import { base64, key, named, secretResource, withControlPlane } from './manifests.ts';
import { namespace, type Stage, startStage } from './stage.ts';

/* Short words for tests about plugins, their bindings and credentials, in the control plane `cp`. */

export const pluginKind = named('KongPlugin');
export const bindingKind = named('KongPluginBinding');
export const groupKind = named('KongConsumerGroup');

type Extra = Readonly<Record<string, unknown>>;

const maxRounds = 12;

/** A stage with the control plane `cp`. */
export async function stageWithControlPlane(): Promise<Stage> {
  const stage = await startStage();
  await withControlPlane(stage);
  return stage;
}

/** Looks at every object again and again, as the forwarder would make it, until nothing changes any more. */
export async function settleAll(stage: Stage, cause: Cause = 'change'): Promise<void> {
  for (let round = 0; round < maxRounds; round += 1) {
    const before = versions(stage);
    for (const object of stage.cluster.user.objects) {
      const kind = kinds.find(({ resource }) => resource.kind === object.kind);
      if (kind !== undefined)
        await stage.reconcile(kind, object.metadata.name, { cause: round === 0 ? cause : 'dependency' });
    }
    if (versions(stage) === before) return;
  }
  throw new Error(`the objects do not come to rest in ${maxRounds} rounds`);
}

function versions(stage: Stage): string {
  return stage.cluster.user.objects.map(({ metadata }) => `${metadata.uid}/${metadata.resourceVersion}`).join();
}

export function plugin(fields: Extra = {}, metadata: Extra = {}): Manifest {
  return {
    metadata: { name: 'limit', namespace, ...metadata },
    plugin: 'rate-limiting',
    config: { minute: 5 },
    ...fields,
  };
}

/** A binding of the plugin `limit`, as a user makes one. */
export function binding(spec: Extra, name = 'bound', metadata: Extra = {}): Manifest {
  const pluginRef = { kind: 'KongPlugin', name: 'limit' };
  const scope = 'targets' in spec ? 'OnlyTargets' : 'GlobalInControlPlane';
  return {
    metadata: { name, namespace, ...metadata },
    spec: { controlPlaneRef: inControlPlane, pluginRef, scope, ...spec },
  };
}

const group = 'configuration.konghq.com';
export const serviceTarget = (name = 'svc') => ({ serviceRef: { group, kind: 'KongService', name } });
export const routeTarget = (name = 'route') => ({ routeRef: { group, kind: 'KongRoute', name } });

export function secret(name: string, data: Readonly<Record<string, string>>, label?: string): Manifest {
  const labels = label === undefined ? {} : { labels: { 'konghq.com/credential': label } };
  const encoded = Object.fromEntries(Object.entries(data).map(([field, text]) => [field, base64(text)]));
  return { metadata: { name, namespace, ...labels }, data: encoded };
}

/** Replaces the content of a Secret. */
export function rewrite(stage: Stage, name: string, data: Readonly<Record<string, string>>): void {
  const encoded = Object.fromEntries(Object.entries(data).map(([field, text]) => [field, base64(text)]));
  stage.cluster.user.edit(secretResource, key(name), { data: null });
  stage.cluster.user.edit(secretResource, key(name), { data: encoded });
}

export function annotate(stage: Stage, kindName: string, name: string, plugins: string | null): void {
  stage.cluster.user.edit(named(kindName).resource, key(name), {
    metadata: { annotations: { 'konghq.com/plugins': plugins } },
  });
}

export function applyService(stage: Stage, name = 'svc', metadata: Extra = {}): void {
  const spec = { controlPlaneRef: inControlPlane, host: `${name}.internal` };
  stage.cluster.user.apply(serviceKind.resource, { metadata: { name, namespace, ...metadata }, spec });
}

export function applyRoute(stage: Stage, name = 'route', metadata: Extra = {}): void {
  const serviceRef = { type: 'namespacedRef', namespacedRef: { name: 'svc' } };
  const spec = { serviceRef, paths: [`/${name}`] };
  stage.cluster.user.apply(routeKind.resource, { metadata: { name, namespace, ...metadata }, spec });
}

export function applyConsumer(stage: Stage, name = 'alice', metadata: Extra = {}, fields: Extra = {}): void {
  const spec = { controlPlaneRef: inControlPlane };
  stage.cluster.user.apply(consumerKind.resource, {
    metadata: { name, namespace, ...metadata },
    username: name,
    spec,
    ...fields,
  });
}

export function applyGroup(stage: Stage, name = 'gold', metadata: Extra = {}): void {
  const spec = { controlPlaneRef: inControlPlane, name };
  stage.cluster.user.apply(groupKind.resource, { metadata: { name, namespace, ...metadata }, spec });
}

/** The bindings, as what they are for: `service svc`, `consumer alice + route r`. */
export function bindingsFor(stage: Stage): readonly string[] {
  return objectsOf(stage, 'KongPluginBinding')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ spec }) => describe(spec))
    .sort();
}

function describe(spec: unknown): string {
  const targets = Object.entries(Object(Object(spec).targets ?? {})).map(
    ([field, ref]) => `${field.replace('Ref', '')} ${Object(ref).name}`,
  );
  return targets.sort().join(' + ');
}

export function objectsOf(stage: Stage, kindName: string): readonly KubernetesObject[] {
  return stage.cluster.user.objects.filter(({ kind }) => kind === kindName);
}

/** The plugins in Konnect. */
export function plugins(stage: Stage): readonly Entity[] {
  return entities(stage, 'plugins');
}

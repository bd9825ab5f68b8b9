import { type Desired, derivedName, isOwnedBy } from '../../engine/derived.ts';
import { holdsForGeneration, type KubernetesObject } from '../../engine/objects.ts';
import type { Run } from '../../engine/run.ts';
import { textAt } from '../fields.ts';
import { served } from '../kong-plugin-binding/schema.ts';
import { namesControlPlane } from '../konnect-gateway-control-plane/ref.ts';
import type { Combination, Role, Targets } from './combinations.ts';

/** The bindings of one plugin. */
export interface Bindings {
  /** Made for annotations. Also those that Kong's operator made, which knows its own by the same owner reference. */
  readonly managed: readonly KubernetesObject[];
  /** Made by users, and theirs alone. */
  readonly own: readonly KubernetesObject[];
}

/** The bindings for Konnect that refer to the plugin, those that are being deleted among them. */
export async function bindingsOf({ cluster, object }: Run): Promise<Bindings> {
  const { namespace = '', name } = object.metadata;
  const all = (await cluster.list(served.resource, { namespace })).filter(
    (one) =>
      namesControlPlane(one) &&
      textAt(one.spec, 'pluginRef', 'name') === name &&
      textAt(one.spec, 'pluginRef', 'kind') !== 'KongClusterPlugin',
  );
  return {
    managed: all.filter((one) => isOwnedBy(one, object)),
    own: all.filter((one) => !isOwnedBy(one, object)),
  };
}

/**
 * The bindings that annotations ask for. Where a user's own binding says the same, none is made: Konnect takes a plugin
 * only once for the same requests. One that was made before keeps its name, whoever chose it.
 * @param isWithheld says of a combination that it stays as it is: a binding that is there, or none.
 */
export function desiredBindings(
  plugin: KubernetesObject,
  combinations: readonly Combination[],
  { managed, own }: Bindings,
  isWithheld: (combination: Combination) => boolean = () => false,
): readonly Desired[] {
  return combinations.flatMap((combination) => {
    const same = (one: KubernetesObject) => isFor(one, combination) && one.metadata.deletionTimestamp === undefined;
    const present = managed.filter(same).sort(byMerit)[0];
    if (present === undefined && (own.some(same) || isWithheld(combination))) return [];
    const name = present?.metadata.name ?? derivedName(plugin.metadata.name, keyOf(combination));
    return [{ name, fields: { spec: specOf(plugin, combination) } }];
  });
}

/** The name of what a binding has in one role; undefined where it is not for one of ours, or for none. */
export function targetOf({ spec }: KubernetesObject, role: Role): string | undefined {
  return textAt(spec, 'targets', `${role}Ref`, 'name');
}

const roles: readonly Role[] = ['service', 'route', 'consumer', 'consumerGroup'];

function isFor(binding: KubernetesObject, { controlPlane, targets }: Combination): boolean {
  return (
    textAt(binding.spec, 'controlPlaneRef', 'konnectNamespacedRef', 'name') === controlPlane &&
    roles.every((role) => targetOf(binding, role) === targets[role])
  );
}

// Of several that mean the same, the one that Konnect has; else the oldest.
function byMerit(one: KubernetesObject, other: KubernetesObject): number {
  const merit = (object: KubernetesObject) =>
    `${holdsForGeneration(object, 'Programmed') ? 0 : 1} ${object.metadata.creationTimestamp} ${object.metadata.name}`;
  return merit(one) < merit(other) ? -1 : 1;
}

function keyOf({ controlPlane, targets }: Combination): readonly (string | undefined)[] {
  return [controlPlane, ...roles.map((role) => targets[role])];
}

function specOf({ metadata }: KubernetesObject, { controlPlane, targets }: Combination) {
  return {
    controlPlaneRef: { type: 'konnectNamespacedRef', konnectNamespacedRef: { name: controlPlane } },
    pluginRef: { kind: 'KongPlugin', name: metadata.name },
    scope: 'OnlyTargets',
    targets: targetRefs(targets),
  };
}

/** With null for what it is not for: whoever put that in, it goes again. */
function targetRefs({ service, route, consumer, consumerGroup }: Targets) {
  const group = 'configuration.konghq.com';
  const named = (name: string | undefined, kind = {}) => (name === undefined ? null : { ...kind, name });
  return {
    serviceRef: named(service, { group, kind: 'KongService' }),
    routeRef: named(route, { group, kind: 'KongRoute' }),
    consumerRef: named(consumer),
    consumerGroupRef: named(consumerGroup),
  };
}

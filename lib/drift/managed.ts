import type { KubernetesObject } from '../engine/objects.ts';
import { isHeld, isManagedElsewhere } from '../engine/ownership.ts';
import type { Kind } from '../kinds/define.ts';
import type { ReadCluster } from './read-cluster.ts';

/**
 * Tells which objects are this system's to look after. A cluster may have others: those of Kong's own operator, and
 * namespaces that the forwarder does not watch. Nobody says so to a drift check, but in a namespace that is looked after
 * some object has our finalizer. One that nobody has looked at yet, in a namespace where nothing is ours, is left alone.
 * @param home namespace that objects without one go by: that of their control plane
 */
export async function managedObjects(
  kinds: readonly Kind[],
  cluster: ReadCluster,
  home: string | undefined,
): Promise<(object: KubernetesObject) => boolean> {
  const namespaces = new Set<string | undefined>();
  for (const { resource } of kinds) {
    // What can not be listed is told where it is to be looked at.
    const objects = await cluster.all(resource).catch(() => []);
    for (const object of objects) if (isHeld(object)) namespaces.add(namespaceOf(object, home));
  }
  return (object) => !isManagedElsewhere(object) && (isHeld(object) || namespaces.has(namespaceOf(object, home)));
}

function namespaceOf({ metadata }: KubernetesObject, home: string | undefined): string | undefined {
  return metadata.namespace ?? home;
}

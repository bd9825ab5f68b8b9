import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import type { KubernetesObject } from './objects.ts';

/** The event that makes somebody look at `object` because of something that happened elsewhere (`origin`). */
export function wakeUp(
  cluster: string,
  { resource }: Kind,
  { metadata }: KubernetesObject,
  options: { readonly origin: string; readonly force?: true },
): ObjectEventData {
  return {
    cluster,
    group: resource.group,
    version: resource.version,
    kind: resource.kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    uid: metadata.uid,
    generation: metadata.generation ?? 0,
    resourceVersion: metadata.resourceVersion,
    cause: 'dependency',
    ...options,
  };
}

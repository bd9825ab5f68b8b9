import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import type { KubernetesObject } from './objects.ts';
import type { Run } from './run.ts';

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

interface Referred {
  readonly ref: { readonly kind: string };
  readonly object?: KubernetesObject | undefined;
}

/** What somebody deleted in Konnect does not know it: it is asked to look. */
export async function wakeMissing(run: Run, referred: Iterable<Referred>): Promise<void> {
  const events = [...referred].flatMap(({ ref, object }) => {
    const kind = run.registry.kinds.find(({ resource }) => resource.kind === ref.kind);
    if (object === undefined || kind === undefined) return [];
    return [wakeUp(run.cluster.name, kind, object, { origin: `missing/${run.object.metadata.uid}`, force: true })];
  });
  await run.wake(events);
}

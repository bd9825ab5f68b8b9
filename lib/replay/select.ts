import type { KubernetesObject } from '../engine/objects.ts';
import { concernsUs, isManagedElsewhere, isPaused } from '../engine/ownership.ts';
import type { ListOptions } from '../engine/ports.ts';
import { wakeUp } from '../engine/wake.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import type { ReplayRequest } from './request.ts';

/** The kinds that a request is about, in the order given. */
export function kindsFor(request: Pick<ReplayRequest, 'kind' | 'namespace'>, kinds: readonly Kind[]): readonly Kind[] {
  return kinds.filter(
    ({ resource }) =>
      (request.kind === undefined || request.kind === resource.kind) &&
      (request.namespace === undefined || resource.namespaced),
  );
}

/** What of a request the API server can narrow down. */
export function listOptions({ namespace, labelSelector }: ReplayRequest): ListOptions {
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
}

/** Whether the request is about an object, as far as the object itself tells. */
export function isAskedFor(request: Pick<ReplayRequest, 'name' | 'uid'>, { metadata }: KubernetesObject): boolean {
  return (
    (request.name === undefined || request.name === metadata.name) &&
    (request.uid === undefined || request.uid === metadata.uid)
  );
}

/** Objects that functions leave alone. Of one that Kong's operator holds they would say so in its status. */
export function isLeftAlone(kind: Kind, object: KubernetesObject): boolean {
  return isPaused(object) || isManagedElsewhere(object) || !concernsUs(kind, object);
}

/** What the event of a replay says of an object. */
export function replayed(
  cluster: string,
  kind: Kind,
  object: KubernetesObject,
  run: { readonly id: string; readonly force: boolean },
): ObjectEventData {
  return { ...wakeUp(cluster, kind, object, { origin: run.id, ...forced(run) }), cause: 'replay' };
}

export function forced({ force }: { readonly force: boolean }): { readonly force?: true } {
  return force ? { force } : {};
}

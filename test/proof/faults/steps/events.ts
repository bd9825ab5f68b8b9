import { type KubernetesObject, keyOf } from '../../../../lib/engine/objects.ts';
import type { ObjectEventData } from '../../../../lib/events/event.ts';
import type { Kind } from '../../../../lib/kinds/define.ts';

/** The event with which a drift check asks for a thorough look at an object. @param run names the check. */
export function driftEventOf({ resource }: Kind, object: KubernetesObject, run: string): ObjectEventData {
  const { group, version, kind } = resource;
  const { uid, resourceVersion, generation = 0 } = object.metadata;
  const what = { cluster: 'test', group, version, kind, ...keyOf(object), uid, resourceVersion, generation };
  return { ...what, cause: 'drift', origin: run };
}

import { mergeConditions, sameConditions } from '../engine/conditions.ts';
import { ClusterError } from '../engine/errors.ts';
import { inSync, inSyncType } from '../engine/in-sync.ts';
import { conditionsOf, findCondition, type KubernetesObject, keyOf } from '../engine/objects.ts';
import type { Clock, Cluster } from '../engine/ports.ts';
import type { ConditionFact, Kind } from '../kinds/define.ts';
import type { Look } from './look.ts';

/**
 * Says on the object whether it is in sync, where that is not what it says already. The condition is the one thing that a
 * drift check writes: with the version that was looked at, so that a function that is at work on the object comes first.
 */
export async function tellInSync(
  { cluster, clock }: { readonly cluster: Cluster; readonly clock: Clock },
  kind: Kind,
  object: KubernetesObject,
  look: Look,
): Promise<void> {
  const fact = factOf(object, look);
  if (fact === undefined) return;
  const present = conditionsOf(object);
  const { resourceVersion, generation = 0 } = object.metadata;
  const conditions = mergeConditions(present, [fact], { generation, now: clock.now(), main: kind.mainCondition });
  if (sameConditions(present, conditions)) return;
  try {
    const patch = { metadata: { resourceVersion }, status: { conditions } };
    await cluster.patch(kind.resource, keyOf(object), patch, { subresource: 'status' });
  } catch (error) {
    const changed = error instanceof ClusterError && (error.status === 409 || error.status === 404);
    if (!changed) throw error;
  }
}

/** Undefined where there is nothing to say: an object that never was out of sync need not say so. */
function factOf(object: KubernetesObject, look: Look): ConditionFact | undefined {
  switch (look.is) {
    case 'same':
      return findCondition(object, inSyncType) === undefined ? undefined : inSync;
    case 'missing':
      return { type: inSyncType, status: 'False', reason: 'Missing', message: look.message };
    case 'different':
      return { type: inSyncType, status: 'False', reason: 'Different', message: look.message };
    case 'waiting':
    case 'unsure':
      return undefined;
    default:
      return look satisfies never;
  }
}

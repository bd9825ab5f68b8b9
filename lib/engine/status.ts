import { mergeConditions, sameConditions } from './conditions.ts';
import { ClusterError } from './errors.ts';
import { conditionsOf, isRecord, type KubernetesObject, keyOf, statusOf } from './objects.ts';
import type { Run } from './run.ts';

/**
 * Writes the run's report into the status: one patch, and none when the status says it already. On a conflict it reads
 * once more and writes what was found out, still for the generation that was looked at.
 */
export async function writeStatus(run: Run): Promise<void> {
  const generation = run.object.metadata.generation ?? 0;
  if (await patchStatus(run, run.object, generation)) return;
  const fresh = await run.cluster.get(run.kind.resource, keyOf(run.object));
  if (fresh === undefined || fresh.metadata.uid !== run.object.metadata.uid) return;
  if (await patchStatus(run, fresh, generation)) return;
  throw new ClusterError('the object changes faster than its status can be patched', {
    status: 409,
    reason: 'Conflict',
  });
}

/** The merge patch of `status` that brings `object` to the report, or undefined where nothing differs. Pure. */
export function statusPatch(run: Pick<Run, 'report' | 'kind' | 'clock'>, object: KubernetesObject, generation: number) {
  const present = conditionsOf(object);
  const conditions = mergeConditions(present, run.report.facts, {
    generation,
    now: run.clock.now(),
    main: run.kind.mainCondition,
    ...(run.kind.staleConditions === undefined ? {} : { drop: run.kind.staleConditions }),
  });
  const status = statusOf(object);
  const changed = Object.entries(run.report.fields).filter(
    ([field, value]) => canonical(status[field] ?? null) !== canonical(value ?? null),
  );
  const patch = {
    ...Object.fromEntries(changed.map(([field, value]) => [field, value ?? null])),
    ...(sameConditions(present, conditions) ? {} : { conditions }),
  };
  return Object.keys(patch).length === 0 ? undefined : patch;
}

// The API server gives the keys of a map in an order of its own.
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

async function patchStatus(run: Run, object: KubernetesObject, generation: number): Promise<boolean> {
  const status = statusPatch(run, object, generation);
  if (status === undefined) return true;
  const { resourceVersion } = object.metadata;
  try {
    const patch = { metadata: { resourceVersion }, status };
    run.object = await run.cluster.patch(run.kind.resource, keyOf(object), patch, { subresource: 'status' });
    return true;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.status === 404) return true;
    if (error.status === 409) return false;
    throw error;
  }
}

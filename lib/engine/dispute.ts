import { Terminal } from './errors.ts';
import { deletionPolicyAnnotation } from './names.ts';
import { display, findCondition, type KubernetesObject, statusText } from './objects.ts';
import type { Run } from './run.ts';

/*
 * Where Konnect keeps no owner, notes on an object say that an entity is the object's: its status, a claim, an adoption. Who
 * may edit an object can write them, so they count only as long as no other object of the cluster has as much to say.
 */

const conflict = 'OwnershipConflict';

/** How much an object's notes say that an entity is its own; 0 is nothing. */
export type Evidence = (object: KubernetesObject) => number;

/**
 * True while an object is refused the entity that its status names. Whoever wrote that id there, or deletes the other
 * object, wakes nobody by it.
 */
export function isDisputed(object: KubernetesObject): boolean {
  const { status, reason } = findCondition(object, 'Programmed') ?? {};
  return status === 'False' && reason === conflict && statusText(object, 'id') !== undefined;
}

/**
 * True where no other object has as much to say of the entity, false where one has more.
 * @throws {Terminal} naming the object that has as much: neither is believed.
 */
export async function prevails(run: Run, id: string, evidence: Evidence): Promise<boolean> {
  const own = evidence(run.object);
  const all = await run.cluster.list(run.kind.resource);
  const others = all.filter(({ metadata }) => metadata.uid !== run.object.metadata.uid);
  if (others.some((other) => evidence(other) > own)) return false;
  const equal = own > 0 && others.find((other) => evidence(other) === own);
  if (!equal) return true;
  throw new Terminal(
    `${equal.kind} ${display(equal.metadata)} says of the entity ${id} in Konnect as well that it is its own, and Konnect keeps no owner of it: delete the one that is wrong, annotated with ${deletionPolicyAnnotation}: retain`,
    { reason: conflict },
  );
}

import { claimOf } from '../../engine/claim.ts';
import type { Evidence } from '../../engine/dispute.ts';
import { Terminal } from '../../engine/errors.ts';
import { display, isRecord, type KubernetesObject, statusText } from '../../engine/objects.ts';
import type { Run } from '../../engine/run.ts';
import { wakeUp } from '../../engine/wake.ts';
import { textAt } from '../fields.ts';

/** How an object claims the data planes of a control plane. */
export function claimOn(controlPlane: string): string {
  return `configuration ${controlPlane}`;
}

/** The control plane whose data planes the object claims. */
export function claimedBy(object: KubernetesObject): string | undefined {
  const claim = claimOf(object);
  return claim?.startsWith(claimOn('')) ? claim.slice(claimOn('').length) : undefined;
}

/** What an object says of the data planes of a control plane. */
export function noteOf(controlPlane: string): Evidence {
  return (object) =>
    Number(claimedBy(object) === controlPlane) + Number(statusText(object, 'controlPlaneID') === controlPlane);
}

/** The other objects that want to be the configuration of the control plane, in the order of their right to it. */
async function rivalsOf(run: Run, controlPlane: string): Promise<readonly KubernetesObject[]> {
  const name = controlPlaneName(run.object);
  const all = await run.cluster.list(run.kind.resource);
  const wanting = (other: KubernetesObject): boolean => {
    if (claimedBy(other) === controlPlane) return true;
    if (other.metadata.deletionTimestamp !== undefined) return false;
    const here = other.metadata.namespace === run.object.metadata.namespace && controlPlaneName(other) === name;
    return here || statusText(other, 'controlPlaneID') === controlPlane;
  };
  return all
    .filter((other) => other.metadata.uid !== run.object.metadata.uid && wanting(other))
    .sort((one, other) => byRight(one, other, controlPlane));
}

/** @throws {Terminal} naming the object that has the control plane already. Two would overwrite each other for ever. */
export async function refuseSecond(run: Run, controlPlane: string): Promise<void> {
  const [first] = await rivalsOf(run, controlPlane);
  if (first === undefined || byRight(run.object, first, controlPlane) < 0) return;
  throw new Terminal(
    `the control plane ${controlPlane} has the configuration ${display(first.metadata)} already, and can have one only: describe all of its data planes there`,
    { reason: 'OwnershipConflict' },
  );
}

/** The next one has waited for this one to go. */
export async function wakeRivals(run: Run, controlPlane: string): Promise<void> {
  const origin = `released/${run.object.metadata.uid}`;
  const waiting = await rivalsOf(run, controlPlane);
  await run.wake(waiting.map((rival) => wakeUp(run.cluster.name, run.kind, rival, { origin, force: true })));
}

/** Who claims it comes first, with a status that says the same before others; then who was there first. */
function byRight(one: KubernetesObject, other: KubernetesObject, controlPlane: string): number {
  const [mine, theirs] = [one, other].map((object) => rightOf(object, controlPlane));
  return (mine ?? '') < (theirs ?? '') ? -1 : 1;
}

function rightOf(object: KubernetesObject, controlPlane: string): string {
  const { creationTimestamp = '', uid } = object.metadata;
  const claim = claimedBy(object) === controlPlane ? 0 : 1;
  return `${claim} ${claim === 0 ? 2 - noteOf(controlPlane)(object) : 0} ${creationTimestamp} ${uid}`;
}

function controlPlaneName({ spec }: KubernetesObject): string | undefined {
  const ref = isRecord(spec) ? spec['controlPlaneRef'] : undefined;
  return textAt(ref, 'konnectNamespacedRef', 'name');
}

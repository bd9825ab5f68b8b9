import { holdsForGeneration, isRecord, type KubernetesObject, keyOf } from '../engine/objects.ts';
import { isPaused } from '../engine/ownership.ts';
import { placeOf } from '../engine/place.ts';
import type { ObjectEventData } from '../events/event.ts';
import type { Kind } from '../kinds/define.ts';
import { atOnce } from './at-once.ts';
import { type Context, driftEvent } from './context.ts';
import { type Look, look } from './look.ts';
import { policyOf } from './policy.ts';
import type { ListOf } from './read-konnect.ts';
import type { DriftPolicy, Finding } from './report.ts';
import { stuckBecause } from './stuck.ts';
import { tellInSync } from './tell.ts';

/** Objects that are looked at side by side: reads of the cluster wait for each other less that way. */
const looksAtOnce = 8;

/** Objects of one kind, and how the entities of that kind are found in lists. */
export interface KindCheck {
  readonly kind: Kind;
  readonly objects: readonly KubernetesObject[];
  readonly listOf: ListOf;
  /** False: only what is stuck is told, since what Konnect has can not be trusted or is not ours to read. */
  readonly compare: boolean;
}

/** Looks at the objects, tells what is wrong, and sends events for what is to be repaired. */
export async function checkObjects(context: Context, { kind, objects, listOf, compare }: KindCheck): Promise<void> {
  const events: ObjectEventData[] = [];
  await atOnce(objects, looksAtOnce, async (object) => {
    if (isPaused(object)) return;
    try {
      const policy = policyOf(object, await context.namespaceOf(object));
      if (policy === 'ignore') return;
      const stuck = stuckBecause(kind, object, context.ports.clock.now());
      if (stuck !== undefined)
        return await report(context, kind, object, { is: 'waiting', message: stuck }, policy, events);
      if (!compare || !isProgrammed(kind, object)) return;
      const found = await look(context.looking, { kind, object }, listOf);
      if (found.is === 'unsure') return context.collected.problem(found.message, kind.resource.kind);
      if (found.is === 'same') return await tellInSync(told(context), kind, object, found);
      await report(context, kind, object, found, policy, events);
    } catch (error) {
      context.ports.log.warn('drift check of an object failed', { kind: kind.resource.kind, error });
      context.collected.problem(messageOf(error), kind.resource.kind);
    }
  });
  await send(context, kind, events);
}

/** What was programmed for the present generation is compared; of anything else it is known that it differs. */
function isProgrammed({ mainCondition }: Kind, object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp === undefined && holdsForGeneration(object, mainCondition);
}

async function report(
  context: Context,
  kind: Kind,
  object: KubernetesObject,
  found: Exclude<Look, { is: 'same' | 'unsure' }>,
  policy: DriftPolicy,
  events: ObjectEventData[],
): Promise<void> {
  const fresh = await context.cluster.get(kind.resource, keyOf(object));
  // Somebody is at work on it: what was seen may be true no more.
  if (fresh?.metadata.resourceVersion !== object.metadata.resourceVersion) return;
  await tellInSync(told(context), kind, object, found);
  const sent = context.task.mode === 'repair' && policy === 'repair';
  if (sent) events.push(driftEvent(context, kind, object));
  const { namespace, name } = object.metadata;
  const id = placeOf(object)?.id;
  const finding: Omit<Finding, 'cluster' | 'controlPlane'> = {
    class: found.is === 'waiting' ? 'stuck' : found.is,
    kind: kind.resource.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(id === undefined ? {} : { id }),
    ...(found.is === 'different' && found.fields.length > 0 ? { fields: found.fields } : {}),
    message: found.message,
    policy,
    sent,
  };
  context.collected.finding(finding);
}

export async function send(
  { ports, collected }: Context,
  kind: Kind,
  events: readonly ObjectEventData[],
): Promise<void> {
  if (events.length === 0) return;
  const problems = await ports.send(events);
  for (const problem of problems) collected.problem(problem, kind.resource.kind);
  collected.events(events.length - problems.length);
}

function told({ cluster, ports }: Context) {
  return { cluster, clock: ports.clock };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The entities among the items of a list. */
export function idsOf(items: readonly unknown[]): ReadonlySet<string> {
  return new Set(items.flatMap((item) => (isRecord(item) && typeof item['id'] === 'string' ? [item['id']] : [])));
}

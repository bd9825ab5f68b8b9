import { readEntity } from '../engine/entity-calls.ts';
import { isRecord, type KubernetesObject, type Resource } from '../engine/objects.ts';
import { concernsUs } from '../engine/ownership.ts';
import { placeOf } from '../engine/place.ts';
import { controlPlaneKindOf } from '../engine/refs.ts';
import type { Kind } from '../kinds/define.ts';
import { createCollector } from './collector.ts';
import { type Context, type DriftPorts, namespaceResource, sessionOf } from './context.ts';
import { checkCore, type Plane } from './core-check.ts';
import { checkObjects, messageOf } from './kind-check.ts';
import { checkLeftEntities } from './left-entities.ts';
import { managedObjects } from './managed.ts';
import { createReadCluster } from './read-cluster.ts';
import { createReadKonnect } from './read-konnect.ts';
import type { DriftReport } from './report.ts';
import { createScope, textOf } from './scope.ts';
import type { DriftTask } from './task.ts';

/** A kind is begun only if this many milliseconds are left: time for tens of thousands of its objects. */
export const reserveMilliseconds = 180_000;

/**
 * Does one part of a run.
 * @returns what was found, and what is left of the part where there was no time for all of it. Never throws: what can not
 * be looked at is a problem in the report.
 */
export async function check(
  task: DriftTask,
  ports: DriftPorts,
): Promise<{ readonly report: DriftReport; readonly rest?: DriftTask }> {
  const before = ports.konnectCalls();
  const context = contextOf(task, ports);
  const left = await checkKinds(context).catch((error: unknown) => {
    ports.log.warn('part of a drift check failed', { task, error });
    context.collected.problem(messageOf(error));
    return [];
  });
  const report = context.collected.report(ports.konnectCalls() - before);
  return left.length === 0 ? { report } : { report, rest: { ...task, kinds: [...left] } };
}

function contextOf(task: DriftTask, ports: DriftPorts): Context {
  const { registry, tokens, clock, log, allowedHosts } = ports;
  const cluster = ports.clusterNamed(task.cluster);
  const isOurs = (resource: Resource): boolean => registry.kinds.some((kind) => isSame(kind.resource, resource));
  const [namespace] = task.controlPlane?.split('/') ?? [];
  const reading = createReadCluster(cluster, { listed: isOurs, ...(namespace === undefined ? {} : { namespace }) });
  return {
    task,
    ports,
    cluster,
    looking: {
      registry,
      tokens,
      clock,
      log,
      allowedHosts,
      cluster: reading,
      konnect: createReadKonnect(ports.konnect),
    },
    collected: createCollector(task, clock),
    namespaceOf: async ({ metadata }) =>
      metadata.namespace === undefined ? undefined : reading.get(namespaceResource, { name: metadata.namespace }),
  };
}

/** @returns the kinds that there was no time for. */
async function checkKinds(context: Context): Promise<readonly string[]> {
  const { task, ports, looking } = context;
  const wanted = ports.registry.kinds.filter(({ resource }) => task.kinds?.includes(resource.kind) ?? true);
  const belongs = createScope(ports.registry.kinds, looking.cluster);
  const isManaged = await managedObjects(ports.registry.kinds, looking.cluster, task.controlPlane?.split('/')[0]);
  const plane = task.controlPlane === undefined ? undefined : await openPlane(context, task.controlPlane, isManaged);
  if (plane === 'gone') return [];
  for (const [index, kind] of wanted.entries()) {
    // Not before one is done: a part that only handed itself on would do so for ever.
    if (index > 0 && ports.remaining() < reserveMilliseconds)
      return wanted.slice(index).map(({ resource }) => resource.kind);
    try {
      const all = (await looking.cluster.all(kind.resource)).filter((object) => concernsUs(kind, object));
      await checkKind(context, kind, (await inTask(context, kind, all, belongs)).filter(isManaged), plane);
      if (task.controlPlane === undefined && kind.entity !== undefined)
        await checkLeftEntities(context, kind, kind.entity, all);
    } catch (error) {
      ports.log.warn('drift check of a kind failed', { kind: kind.resource.kind, error });
      context.collected.problem(messageOf(error), kind.resource.kind);
    }
  }
  return [];
}

/** The objects of the task's control plane. One that can not be placed is told, and keeps no other from being checked. */
async function inTask(
  { task, collected }: Context,
  kind: Kind,
  objects: readonly KubernetesObject[],
  belongs: ReturnType<typeof createScope>,
): Promise<readonly KubernetesObject[]> {
  const isHere = await Promise.all(
    objects.map(async (object) => {
      try {
        return (await belongs({ kind, object })) === task.controlPlane;
      } catch (error) {
        collected.problem(messageOf(error), kind.resource.kind);
        return false;
      }
    }),
  );
  return objects.filter((_, at) => isHere[at]);
}

async function checkKind(
  context: Context,
  kind: Kind,
  objects: readonly KubernetesObject[],
  plane: Plane | undefined,
): Promise<void> {
  const { core, collection, resource, lane } = kind;
  if (core !== undefined && plane !== undefined) return checkCore(context, plane, { kind, mapping: core, objects });
  if (objects.length === 0) return;
  context.collected.checked(
    resource.kind,
    objects.length,
    objects.filter((object) => placeOf(object) !== undefined).length,
  );
  const listOf = (path: string): string | undefined =>
    collection !== undefined && path.startsWith(`${collection}/`) ? collection : undefined;
  // Tokens are for the function of that lane alone; an entity of a control plane that is not known can not be compared.
  await checkObjects(context, { kind, objects, listOf, compare: lane !== 'auth' && core === undefined });
}

/** The control plane of the task; `gone` where there is nothing that could be compared, which is told. */
async function openPlane(
  context: Context,
  name: string,
  isManaged: (object: KubernetesObject) => boolean,
): Promise<Plane | 'gone' | undefined> {
  const { ports, looking, collected } = context;
  const kind = controlPlaneKindOf(ports.registry);
  const object = (await looking.cluster.all(kind.resource)).find(({ metadata }) => textOf(metadata) === name);
  if (object === undefined) {
    collected.problem(
      `there is no ${kind.resource.kind} ${name} in the cluster ${ports.clusterNamed(context.task.cluster).name}`,
    );
    return 'gone';
  }
  if (!isManaged(object)) return 'gone';
  const id = placeOf(object)?.id;
  if (id === undefined || kind.entity === undefined) return undefined;
  const session = await sessionOf(context, { kind, object }, looking.konnect.forRun(() => undefined).konnect);
  const found = await readEntity(kind.entity, session, id);
  if (found !== undefined && isRecord(found)) return { id, object, session };
  // Everything in it is missing as well, and comes back with it: one finding, one event.
  await checkObjects(context, { kind, objects: [object], listOf: () => undefined, compare: true });
  return 'gone';
}

function isSame(one: Resource, other: Resource): boolean {
  return one.group === other.group && one.kind === other.kind;
}

import { type KubernetesObject, keyOf, type ObjectKey } from '../engine/objects.ts';
import type { Cluster } from '../engine/ports.ts';
import type { Kind } from '../kinds/define.ts';
import { type Cursor, compareKeys, cursorText, parseCursor } from './cursor.ts';
import { reachOf } from './failures.ts';
import { reconcileOrder } from './order.ts';
import { portionSize } from './pace.ts';
import { createResidence, type Residence } from './residence.ts';
import { mayGoOn, type Run, send } from './run.ts';
import { isAskedFor, isLeftAlone, kindsFor, listOptions, replayed } from './select.ts';

/** Replays the objects of clusters. @returns where to go on, where time is up before the end. */
export async function replayObjects(run: Run): Promise<string | undefined> {
  const after = run.request.after === undefined ? undefined : parseCursor(run.request.after);
  for (const name of await clustersOf(run)) {
    if (after !== undefined && name < after.cluster) continue;
    const begun = after?.cluster === name ? after : undefined;
    const stopped = await replayCluster(run, run.ports.cluster(name), begun);
    if (stopped !== undefined) return cursorText(stopped);
  }
  return undefined;
}

async function clustersOf({ request, ports, tally }: Run): Promise<readonly string[]> {
  if (request.cluster !== undefined) return [request.cluster];
  const registered = await ports.clusters();
  if (registered.length === 0) tally.problem('no cluster is registered, so there is nothing to replay');
  return registered.toSorted();
}

async function replayCluster(run: Run, cluster: Cluster, after: Cursor | undefined): Promise<Cursor | undefined> {
  const { kinds } = run.ports;
  const residence = createResidence(kinds, ({ resource }) => cluster.list(resource));
  const order = reconcileOrder(kinds);
  const first = Math.max(0, order.map(({ resource }) => resource.kind).indexOf(after?.kind ?? ''));
  for (const kind of kindsFor(run.request, order.slice(first))) {
    const name = kind.resource.kind;
    const begun = after?.kind === name ? after : { cluster: cluster.name, kind: name };
    if (!run.pace.hasTime()) return begun;
    try {
      const stopped = await replayKind(run, { cluster, kind, residence }, begun);
      if (stopped !== undefined) return stopped;
    } catch (error) {
      if (tell(run, cluster.name, name, error) === 'cluster') return undefined;
    }
  }
  return undefined;
}

function tell({ request, tally }: Run, cluster: string, kind: string, error: unknown) {
  const reach = reachOf(error, request);
  const message = error instanceof Error ? error.message : '';
  if (reach === 'kind') tally.problem(`${kind} of cluster ${cluster} was not replayed: ${message}`);
  if (reach === 'cluster') tally.problem(`cluster ${cluster} was not replayed from ${kind} on: ${message}`);
  return reach;
}

interface Place {
  readonly cluster: Cluster;
  readonly kind: Kind;
  readonly residence: Residence;
}

async function replayKind(run: Run, place: Place, begun: Cursor): Promise<Cursor | undefined> {
  const { cluster, kind } = place;
  const objects = await selected(run, place, begun.object);
  let last = begun;
  for (let at = 0; at < objects.length; at += portionSize) {
    if (!(await mayGoOn(run, kind.lane))) return last;
    const portion = objects.slice(at, at + portionSize);
    const data = portion.map((object) => replayed(cluster.name, kind, object, run));
    await send(run, kind, data);
    const object = portion.at(-1);
    if (object !== undefined) last = { cluster: cluster.name, kind: kind.resource.kind, object: keyOf(object) };
  }
  return undefined;
}

/** The objects of a kind that are asked for, in their order. */
async function selected(run: Run, place: Place, after: ObjectKey | undefined): Promise<readonly KubernetesObject[]> {
  const { request } = run;
  const { cluster, kind } = place;
  const listed = await cluster.list(kind.resource, listOptions(request));
  const own = listed.filter(
    (object) =>
      isAskedFor(request, object) &&
      !isLeftAlone(kind, object) &&
      (after === undefined || compareKeys(keyOf(object), after) > 0),
  );
  const there: KubernetesObject[] = [];
  for (const object of own) if (await isThere(run, place, object)) there.push(object);
  return there.toSorted((a, b) => compareKeys(keyOf(a), keyOf(b)));
}

/** Of an object for which it can not be found out it is told; others of its kind may be certain. */
async function isThere(
  { request, tally }: Run,
  { cluster, kind, residence }: Place,
  object: KubernetesObject,
): Promise<boolean> {
  if (request.controlPlane === undefined) return true;
  try {
    return (await residence.of(kind, object)) === request.controlPlane;
  } catch (error) {
    const reach = reachOf(error, request);
    if (reach === 'cluster') throw error;
    const why = error instanceof Error ? error.message : '';
    if (reach === 'kind')
      tally.problem(`some ${kind.resource.kind} of cluster ${cluster.name} were not replayed: ${why}`);
    return false;
  }
}

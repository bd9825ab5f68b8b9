import { randomUUID } from 'node:crypto';
import { controlPlaneKindOf } from '../engine/refs.ts';
import { check, reserveMilliseconds } from './check.ts';
import { mergeReports, noFindings } from './collector.ts';
import type { DriftPorts } from './context.ts';
import { messageOf } from './kind-check.ts';
import type { DriftAnswer, DriftProblem, DriftReport } from './report.ts';
import type { DriftRequest } from './request.ts';
import { textOf } from './scope.ts';
import type { DriftTask } from './task.ts';

/** Where parts of a run wait for their turn. */
export interface TaskQueue {
  /** @throws where one was not taken. */
  put(tasks: readonly DriftTask[]): Promise<void>;
}

/**
 * Plans a run: one part for each control plane, and one in each cluster for what lives in none. With `wait` the parts are
 * done here as long as there is time; the others go to the queue, so that a fleet of any size fits.
 * @throws {Error} naming what of the request is wrong.
 */
export async function startRun(request: DriftRequest, ports: DriftPorts, queue: TaskQueue): Promise<DriftAnswer> {
  refuseUnknownKinds(request, ports);
  const run = randomUUID();
  const { tasks, problems } = await planned(request, run, ports);
  if (request.wait !== true) {
    await queue.put(tasks);
    for (const problem of problems) ports.log.error('drift check incomplete', { run, problem });
    return { run, queued: tasks.length };
  }
  const reports: DriftReport[] = [];
  const left: DriftTask[] = [];
  for (const task of tasks) {
    if (ports.remaining() < reserveMilliseconds) left.push(task);
    else {
      const { report, rest } = await check(task, ports);
      reports.push(report);
      if (rest !== undefined) left.push(rest);
    }
  }
  const unqueued = await queue.put(left).then(
    () => [],
    (error: unknown) => unqueuedOf(left, error),
  );
  const queued = unqueued.length === 0 ? left.length : 0;
  return { run, queued, report: summary(request, run, ports, reports, [...problems, ...unqueued]) };
}

/** What the queue did not take is a problem beside what was found, which has been sent and must not get lost. */
function unqueuedOf(left: readonly DriftTask[], error: unknown): readonly DriftProblem[] {
  const clusters = new Set(left.map(({ cluster }) => cluster));
  return [...clusters].map((cluster) => ({ cluster, message: messageOf(error) }));
}

function refuseUnknownKinds({ kinds = [] }: DriftRequest, { registry }: DriftPorts): void {
  const known = registry.kinds.map(({ resource }) => resource.kind);
  const unknown = kinds.filter((kind) => !known.includes(kind));
  if (unknown.length === 0) return;
  throw new Error(`kinds has ${unknown.join(', ')}, which is no kind of ours: name some of ${known.join(', ')}`);
}

async function planned(
  request: DriftRequest,
  run: string,
  ports: DriftPorts,
): Promise<{ readonly tasks: readonly DriftTask[]; readonly problems: readonly DriftProblem[] }> {
  const { mode, kinds, controlPlane } = request;
  const clusters = request.cluster === undefined ? await ports.clusters() : [request.cluster];
  const tasks: DriftTask[] = [];
  const problems: DriftProblem[] = [];
  for (const cluster of clusters) {
    const common = { run, mode, cluster, ...(kinds === undefined ? {} : { kinds }) };
    try {
      const planes = controlPlane === undefined ? await planesIn(cluster, ports) : [controlPlane];
      tasks.push(...planes.map((plane) => ({ ...common, controlPlane: plane })));
      if (controlPlane === undefined) tasks.push(common);
    } catch (error) {
      // One cluster that can not be reached does not keep the others from being checked.
      problems.push({ cluster, message: messageOf(error) });
    }
  }
  return { tasks, problems };
}

async function planesIn(cluster: string, { registry, clusterNamed }: DriftPorts): Promise<readonly string[]> {
  const planes = await clusterNamed(cluster).list(controlPlaneKindOf(registry).resource);
  return planes.map(({ metadata }) => textOf(metadata));
}

function summary(
  { mode }: DriftRequest,
  run: string,
  { clock }: DriftPorts,
  reports: readonly DriftReport[],
  problems: readonly DriftProblem[],
): DriftReport {
  const now = clock.now().toISOString();
  const counts = noFindings();
  const none = {
    run,
    mode,
    startedAt: now,
    finishedAt: now,
    checked: [],
    findings: [],
    counts,
    countsByKind: {},
    konnectCalls: 0,
    events: 0,
  };
  return mergeReports({ ...none, problems }, ...reports);
}

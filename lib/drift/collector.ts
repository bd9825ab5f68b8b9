import type { Clock } from '../engine/ports.ts';
import {
  type Checked,
  type DriftProblem,
  type DriftReport,
  type Finding,
  type FindingClass,
  type FindingCounts,
  findingClasses,
} from './report.ts';
import type { DriftTask } from './task.ts';

/** An answer of a function has six megabytes at most. */
const mostFindings = 1000;

/** Gathers what a task finds out. */
export interface Collector {
  checked(kind: string, objects: number, entities: number): void;
  finding(finding: Omit<Finding, 'cluster' | 'controlPlane'>): void;
  /** What keeps many objects from being looked at is told once. */
  problem(message: string, kind?: string): void;
  events(count: number): void;
  report(konnectCalls: number): DriftReport;
}

export function createCollector(task: DriftTask, clock: Clock): Collector {
  const startedAt = clock.now().toISOString();
  const { cluster, controlPlane } = task;
  const where = { cluster, ...(controlPlane === undefined ? {} : { controlPlane }) };
  const checked: Checked[] = [];
  const findings: Finding[] = [];
  const problems = new Map<string, DriftProblem>();
  const counts = new Map<string, Record<FindingClass, number>>();
  let events = 0;
  return {
    checked: (kind, objects, entities) => void checked.push({ ...where, kind, objects, entities }),
    finding(finding) {
      const own = counts.get(finding.kind) ?? noFindings();
      own[finding.class] += 1;
      counts.set(finding.kind, own);
      if (findings.length < mostFindings) findings.push({ ...where, ...finding });
    },
    problem(message, kind) {
      const problem = { ...where, ...(kind === undefined ? {} : { kind }), message };
      problems.set(`${kind} ${message}`, problem);
    },
    events(count) {
      events += count;
    },
    report: (konnectCalls) => ({
      run: task.run,
      mode: task.mode,
      startedAt,
      finishedAt: clock.now().toISOString(),
      checked,
      findings,
      counts: total([...counts.values()]),
      countsByKind: Object.fromEntries(counts),
      problems: [...problems.values()],
      konnectCalls,
      events,
    }),
  };
}

/** One report of several parts of a run. */
export function mergeReports(first: DriftReport, ...others: readonly DriftReport[]): DriftReport {
  const all = [first, ...others];
  const sum = (of: (report: DriftReport) => number): number => all.reduce((total, one) => total + of(one), 0);
  const byKind = Map.groupBy(
    all.flatMap(({ countsByKind }) => Object.entries(countsByKind)),
    ([kind]) => kind,
  );
  return {
    run: first.run,
    mode: first.mode,
    startedAt: all.map(({ startedAt }) => startedAt).sort()[0] ?? first.startedAt,
    finishedAt:
      all
        .map(({ finishedAt }) => finishedAt)
        .sort()
        .at(-1) ?? first.finishedAt,
    checked: all.flatMap(({ checked }) => checked),
    findings: all.flatMap(({ findings }) => findings).slice(0, mostFindings),
    counts: total(all.map(({ counts }) => counts)),
    countsByKind: Object.fromEntries(
      [...byKind].map(([kind, some]) => [kind, total(some.map(([, counts]) => counts))]),
    ),
    problems: all.flatMap(({ problems }) => problems),
    konnectCalls: sum(({ konnectCalls }) => konnectCalls),
    events: sum(({ events }) => events),
  };
}

/** No finding of any class. */
export function noFindings(): Record<FindingClass, number> {
  return { missing: 0, different: 0, orphaned: 0, stuck: 0 };
}

function total(all: readonly FindingCounts[]): FindingCounts {
  const sum = noFindings();
  for (const counts of all) for (const name of findingClasses) sum[name] += counts[name];
  return sum;
}

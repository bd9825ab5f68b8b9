import { describe, expect, it } from 'vitest';
import { check } from '../../lib/drift/check.ts';
import { startRun } from '../../lib/drift/plan.ts';
import type { DriftReport, Finding } from '../../lib/drift/report.ts';
import { type DriftTask, parseTask } from '../../lib/drift/task.ts';
import { ClusterError } from '../../lib/engine/errors.ts';
import type { Cluster } from '../../lib/engine/ports.ts';
import { checkDrift, driftPorts } from '../drift.ts';
import type { World } from '../world.ts';
import { change, clean, first, simple, worldForEach } from './scene.ts';

/* How drift checks are asked for, cut into parts, and what they say of themselves. */

let world: World;
worldForEach(simple, (one) => {
  world = one;
});

describe('a run', () => {
  const minute = 60_000;

  it('that would not finish goes on where it was, and finds the same', async () => {
    await change(world, 'KongService', await first(world, 'KongService'), { host: 'elsewhere.example' });
    await change(world, 'KongUpstream', await first(world, 'KongUpstream'), { tags: ['by-hand'] });
    const whole = await checkDrift(world, { mode: 'report' });
    const parts: DriftTask[] = [];
    const queue = { put: (tasks: readonly DriftTask[]) => Promise.resolve(void parts.push(...tasks)) };
    // Never time for more than the one kind that every part does.
    const ports = { ...driftPorts(world, []), remaining: () => minute };
    const answer = await startRun({ mode: 'report' }, ports, queue);
    expect(answer).toMatchObject({ queued: 2 });
    expect(answer.report).toBeUndefined();

    const reports: DriftReport[] = [];
    for (let task = parts.shift(); task !== undefined; task = parts.shift()) {
      const { report, rest } = await check(parseTask(JSON.stringify(task)), ports);
      reports.push(report);
      if (rest !== undefined) parts.push(rest);
    }

    expect(reports.length).toBeGreaterThan(20);
    const findings = reports.flatMap((report) => report.findings);
    const named = (all: readonly Finding[]) => all.map(({ kind, name, fields }) => ({ kind, name, fields }));
    expect(named(findings)).toEqual(expect.arrayContaining(named(whole.report.findings)));
    expect(findings).toHaveLength(whole.report.findings.length);
    expect(new Set(reports.map(({ run }) => run))).toEqual(new Set([answer.run]));
  });

  it('that waits for the answer gives to the queue what it has no time for', async () => {
    const parts: DriftTask[] = [];
    const queue = { put: (tasks: readonly DriftTask[]) => Promise.resolve(void parts.push(...tasks)) };
    const ports = { ...driftPorts(world, []), remaining: () => minute };

    const { report, queued } = await startRun({ mode: 'report', wait: true }, ports, queue);

    expect(queued).toBe(2);
    expect(parts).toHaveLength(2);
    expect(report).toMatchObject({ ...clean, checked: [] });
  });

  it('of a kind that there is not, or a cluster that can not be reached, says so', async () => {
    await expect(checkDrift(world, { kinds: ['KongRoot'] })).rejects.toThrow(
      /kinds has KongRoot, which is no kind of ours/,
    );
    const ports = {
      ...driftPorts(world, []),
      clusterNamed: () => unreachable,
      clusters: () => Promise.resolve(['a', 'b']),
    };
    const { report } = await startRun({ mode: 'report', wait: true }, ports, { put: () => Promise.resolve() });
    expect(report?.problems).toMatchObject([{ cluster: 'a', message: 'no route to host' }, { cluster: 'b' }]);
  });

  it('of a control plane that has no object says so', async () => {
    const { report } = await checkDrift(world, { controlPlane: 'nowhere/none' });
    expect(report.problems).toMatchObject([
      { message: expect.stringContaining('there is no KonnectGatewayControlPlane') },
    ]);
  });
});

const unreachable: Cluster = {
  name: 'far',
  get: () => Promise.reject(new ClusterError('no route to host', {})),
  list: () => Promise.reject(new ClusterError('no route to host', {})),
  create: () => Promise.reject(new ClusterError('no route to host', {})),
  patch: () => Promise.reject(new ClusterError('no route to host', {})),
  delete: () => Promise.reject(new ClusterError('no route to host', {})),
};

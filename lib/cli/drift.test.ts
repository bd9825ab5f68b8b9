import { describe, expect, it } from 'vitest';
import type { DriftAnswer } from '../drift/report.ts';
import { runCli, startLambda } from './fixture.ts';

const report: NonNullable<DriftAnswer['report']> = {
  run: 'run-1',
  mode: 'report',
  startedAt: '2026-03-01T12:00:00.000Z',
  finishedAt: '2026-03-01T12:00:01.000Z',
  checked: [],
  findings: [],
  counts: { missing: 0, different: 0, orphaned: 0, stuck: 0 },
  countsByKind: {},
  problems: [],
  konnectCalls: 3,
  events: 0,
};

describe('drift', () => {
  it('is clean where nothing differs', async () => {
    await using lambda = await startLambda(() => ({ payload: { run: 'run-1', queued: 0, report } }));
    const environment = { ...lambda.environment, KONNECT_RECONCILER_STACK: 'shop-2' };

    const { code, stdout } = await runCli(['drift'], environment);

    expect(lambda.invocations).toEqual([
      { functionName: 'shop-2-drift-check', payload: { mode: 'report', wait: true } },
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Nothing differs.') });
  });

  it('tells what differs, repairs where it is told to, and exits with 1', async () => {
    const object = {
      cluster: 'blue',
      controlPlane: 'shop/gateway',
      kind: 'KongService',
      namespace: 'shop',
      name: 'orders',
    };
    const fields = [{ path: 'host', ours: 'a', theirs: 'b' }];
    const finding = { class: 'different', ...object, fields, message: '1 field differs', policy: 'repair', sent: true };
    const found = { ...report, mode: 'repair', findings: [finding], counts: { ...report.counts, different: 1 } };
    await using lambda = await startLambda(() => ({ payload: { run: 'run-1', queued: 2, report: found } }));
    const flags = [
      '--cluster',
      'blue',
      '--control-plane',
      'shop/gateway',
      '--kind',
      'KongService',
      '--kind',
      'KongRoute',
    ];

    const { code, stdout, stderr } = await runCli(['drift', '--repair', ...flags], lambda.environment);

    expect(lambda.invocations[0]?.payload).toEqual({
      ...{
        mode: 'repair',
        cluster: 'blue',
        controlPlane: 'shop/gateway',
        kinds: ['KongService', 'KongRoute'],
        wait: true,
      },
    });
    expect(stdout).toContain('host: the object says "a", Konnect has "b"');
    expect(stderr).toContain('2 parts');
    expect(code).toBe(1);
  });

  it('is not clean where something could not be checked', async () => {
    const problems = [{ cluster: 'blue', message: 'the cluster blue is not registered' }];
    await using lambda = await startLambda(() => ({
      payload: { run: 'r', queued: 0, report: { ...report, problems } },
    }));

    const { code, stdout } = await runCli(['drift', '--json'], lambda.environment);

    expect({ code, report: JSON.parse(stdout).report }).toMatchObject({ code: 1, report: { problems } });
  });

  // Lambda would count it as an error of the function, and the alarm of these would go off.
  it.each(['KongRouts', 'kongroute'])('does not invoke anything for %s, which is no kind', async (kind) => {
    await using lambda = await startLambda(() => ({ payload: { run: 'run-1', queued: 0, report } }));

    const { code, stderr } = await runCli(['drift', '--kind', 'KongRoute', '--kind', kind], lambda.environment);

    expect(lambda.invocations).toEqual([]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`argument '${kind}' is invalid`) });
  });
});

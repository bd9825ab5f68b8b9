import { describe, expect, it } from 'vitest';
import type { DriftAnswer } from '../drift/report.ts';
import type { ReplayAnswer } from '../replay/request.ts';
import { runCli, startLambda } from './fixture.ts';

const answer: ReplayAnswer = {
  run: 'run-1',
  dryRun: true,
  events: { entity: 2, auth: 0 },
  objects: [
    { cluster: 'blue', kind: 'KongService', namespace: 'shop', name: 'orders' },
    { cluster: 'blue', kind: 'KongVault', name: 'safe' },
  ],
  problems: [],
};

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

describe('replay', () => {
  it('asks for what the flags say, and tells what would be sent', async () => {
    await using lambda = await startLambda(() => ({ payload: answer }));
    const flags = ['--cluster', 'blue', '--kind', 'KongService', '-n', 'shop', '--name', 'orders', '--uid', 'u'];
    const more = [
      '-l',
      'app=orders',
      '--control-plane',
      'shop/gateway',
      '--dead-letters',
      '--force',
      '--stack',
      'shop-1',
    ];

    const { code, stdout } = await runCli(['replay', ...flags, ...more], lambda.environment);

    expect(lambda.invocations).toEqual([
      {
        functionName: 'shop-1-replay',
        payload: {
          ...{ cluster: 'blue', kind: 'KongService', namespace: 'shop', name: 'orders', uid: 'u' },
          ...{ labelSelector: 'app=orders', controlPlane: 'shop/gateway', deadLetters: true },
          ...{ dryRun: true, force: true },
        },
      },
    ]);
    expect(stdout).toBe(
      [
        '  KongService  shop/orders  blue',
        '  KongVault    safe         blue',
        '2 events would be sent (entity 2). Run run-1.',
        'This was a dry run: say --send to send them.',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
  });

  it('goes on until the end, and tells all of it as one', async () => {
    const parts: readonly ReplayAnswer[] = [
      { ...answer, dryRun: false, next: 'there' },
      { ...answer, dryRun: false, events: { entity: 1, auth: 4 }, problems: ['shop/x could not be sent'] },
    ];
    let asked = 0;
    await using lambda = await startLambda(() => ({ payload: parts[asked++] }));

    const { code, stdout, stderr } = await runCli(['replay', '--all', '--send', '--json'], lambda.environment);

    expect(lambda.invocations.map(({ payload }) => payload)).toEqual([
      { all: true, dryRun: false },
      { all: true, dryRun: false, after: 'there', run: 'run-1' },
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      events: { entity: 3, auth: 4 },
      problems: ['shop/x could not be sent'],
    });
    expect(stderr).toContain('2 events so far; going on');
    expect(code).toBe(1);
  });

  it.each([
    { what: 'ends where a dry run gets no further', dryRun: true, counts: [2, 2], asked: 2, says: 'leads no further' },
    {
      what: 'ends where nothing is sent any more',
      dryRun: false,
      counts: [2, 1, 0],
      asked: 3,
      says: 'leads no further',
    },
    { what: 'goes on as long as events are sent', dryRun: false, counts: [2, 1, 4], asked: 4, says: '7 events sent' },
  ])(
    'with what is left in queues, which is always at the same place: $what',
    async ({ dryRun, counts, asked, says }) => {
      let nth = 0;
      await using lambda = await startLambda(() => {
        const entity = counts[nth++];
        const next = entity === undefined ? {} : { next: 'dead-letters' };
        return { payload: { ...answer, dryRun, events: { entity: entity ?? 0 }, ...next } };
      });

      const flags = ['--cluster', 'blue', '--dead-letters', ...(dryRun ? [] : ['--send'])];
      const { stdout } = await runCli(['replay', ...flags], lambda.environment);

      expect(lambda.invocations).toHaveLength(asked);
      expect(stdout).toContain(says);
    },
  );

  it.each([
    { args: ['replay'], says: 'say which objects' },
    { args: ['replay', '--cluster', 'blue', '--send'], says: 'say which objects' },
    { args: ['replay', '--all', '--namespace', 'shop'], says: '--all stands beside' },
    { args: ['replay', '--control-plane', 'gateway'], says: '--control-plane must match pattern' },
    { args: ['replay', '--all', '--stack', 'a/b'], says: 'a stack is named with letters' },
  ])('refuses $args', async ({ args, says }) => {
    const { code, stderr } = await runCli(args);

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
  });
});

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
});

describe('a function that gives no answer', () => {
  it.each([
    {
      what: 'it is not there',
      lambda: { refused: { status: 404, code: 'ResourceNotFoundException' } },
      says: 'the deployment "konnect-reconciler-dev" has no function konnect-reconciler-dev-drift-check here',
    },
    {
      what: 'nobody may invoke it',
      lambda: { refused: { status: 403, code: 'AccessDeniedException' } },
      says: 'AWS does not allow it',
    },
    {
      what: 'the credentials are old',
      lambda: { refused: { status: 403, code: 'ExpiredTokenException' } },
      says: 'the AWS credentials have expired',
    },
    {
      what: 'Lambda is away for a moment: it is not asked twice',
      lambda: { refused: { status: 500, code: 'ServiceException' } },
      says: 'ServiceException',
    },
    {
      what: 'it failed',
      lambda: { failed: true, payload: { errorType: 'Error', errorMessage: 'no\u001b[2J clusters', trace: ['at x'] } },
      says: 'konnect-reconciler-dev-drift-check failed: no [2J clusters; see its log',
    },
    { what: 'it answers something else', lambda: { payload: { ok: true } }, says: 'is not understood' },
  ] as const)('says so and exits with 2: $what', async ({ lambda: answered, says }) => {
    await using lambda = await startLambda(() => answered);

    const { code, stdout, stderr } = await runCli(['drift'], lambda.environment);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(lambda.invocations).toHaveLength(1);
  });

  it('says that nobody answers', async () => {
    const { code, stderr } = await runCli(['drift'], { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:1' });

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no answer (ECONNREFUSED)') });
  });
});

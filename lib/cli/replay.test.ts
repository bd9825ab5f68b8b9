import { describe, expect, it } from 'vitest';
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
    { args: ['replay', '--kind', 'KongRouts', '--send'], says: "argument 'KongRouts' is invalid. Allowed choices are" },
  ])('refuses $args', async ({ args, says }) => {
    const { code, stderr } = await runCli(args);

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
  });
});

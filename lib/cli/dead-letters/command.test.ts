import { describe, expect, it } from 'vitest';
import { bodyOf, dataOf, idsIn, type Museum, stack, startMuseum } from '../../dead-letters/fixture.ts';
import { runCli } from '../fixture.ts';

const cli = ({ queues }: Museum, ...args: string[]) =>
  runCli(['dead-letters', ...args, '--stack', stack], { AWS_ENDPOINT_URL_SQS: queues.endpoint });

describe('dead-letters', () => {
  it('list tells each with its reason and exits with 1, or with 0 where there are none', async () => {
    await using museum = await startMuseum();
    const empty = await cli(museum, 'list');
    await museum.keep('entity', bodyOf(dataOf('KongService', 'orders')));
    await museum.keep('auth', '{"token":"kpat_secret"', { verdict: 'malformed', reason: 'not\u0007an event' });

    const all = await cli(museum, 'list');
    const some = await cli(museum, 'list', '--lane', 'entity', '--lane', 'extension', '--json');

    expect(empty).toEqual({ code: 0, stdout: 'No dead letters.\n', stderr: '' });
    const [auth = '', entity = ''] = [idsIn(museum, 'auth')[0], idsIn(museum)[0]];
    expect(all.stdout.split('\n')).toEqual([
      'ID                                    LANE    OBJECT                          VERDICT    TRIES  GIVEN UP                  REASON',
      `${auth}  auth    -                               malformed  10     2026-03-01T12:00:00.000Z  not an event`,
      `${entity}  entity  KongService team/orders (blue)  retry      10     2026-03-01T12:00:00.000Z  Konnect is away`,
      '',
    ]);
    expect(all.code).toBe(1);
    expect(JSON.parse(some.stdout)).toMatchObject({ letters: [{ id: entity }], unseen: 0 });
    expect(JSON.stringify([all, some])).not.toContain('kpat_secret');
  });

  it('show tells both errors and the body, of which it warns where it is no event', async () => {
    await using museum = await startMuseum();
    const body = await museum.keep('entity', bodyOf(dataOf('KongService', 'orders')));
    await museum.keep('auth', `{${'x'.repeat(2_000)}`, { verdict: 'malformed', reason: 'not an event' });

    const event = await cli(museum, 'show', idsIn(museum)[0] ?? '');
    const other = await cli(museum, 'show', idsIn(museum, 'auth')[0] ?? '');
    const nobody = await cli(museum, 'show', 'nobody', '--json');

    expect(event.code).toBe(0);
    expect(event.stdout).toContain('last error:     Konnect is away\n');
    expect(event.stdout).toContain('first error:    no such host (2026-03-01T11:00:00.000Z, as the function saw it)\n');
    expect(event.stdout).toContain(`body:\n${body}\n`);
    expect(event.stdout).not.toContain('it may hold anything');
    expect(other.stdout).toContain('it may hold anything');
    expect(other.stdout).toContain(`body (the first 1024 of 2001 characters):\n{${'x'.repeat(1_023)}\n`);
    expect(nobody).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no dead letter has the id') });
  });

  it('redrive sends what can be sent, says what can not, and exits with 1 for that', async () => {
    await using museum = await startMuseum();
    await museum.keep('entity', bodyOf(dataOf('KongService', 'orders')));
    await museum.keep('entity', '{"half', { verdict: 'malformed', reason: 'not an event' });
    const [orders = '', half = ''] = idsIn(museum);

    const one = await cli(museum, 'redrive', '--kind', 'kongservice');
    const rest = await cli(museum, 'redrive', '--all', '--json');

    expect(one).toMatchObject({
      code: 0,
      stdout: `${orders}  KongService team/orders (blue)  sent again\n1 dead letter sent again.\n`,
    });
    expect(museum.waiting('entity')).toHaveLength(1);
    expect(rest.code).toBe(1);
    expect(JSON.parse(rest.stdout)).toMatchObject({
      run: expect.stringMatching(/^redrive-/),
      done: 0,
      failed: 1,
      outcomes: [{ id: half, lane: 'entity', problem: expect.stringContaining('is no event') }],
    });
  });

  it('discard deletes what it is told to, without asking where it is told so', async () => {
    await using museum = await startMuseum();
    await museum.keep('entity', bodyOf(dataOf('KongService', 'orders')));
    await museum.keep('entity', '{"half', { verdict: 'malformed', reason: 'not an event' });

    const unasked = await cli(museum, 'discard', '--reason', 'not an event');
    const done = await cli(museum, 'discard', '--reason', 'not an event', '--yes');
    const nobody = await cli(museum, 'discard', 'nobody', '--yes');

    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('say --yes') });
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('1 dead letter deleted.\n') });
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('no dead letter has the id nobody') });
    expect(museum.dead('entity')).toHaveLength(1);
  });

  it.each([
    { args: ['redrive'], says: 'say which dead letters' },
    { args: ['discard', '--yes'], says: 'say which dead letters' },
    { args: ['redrive', '--all', '--kind', 'KongService'], says: '--all stands beside a selection' },
    { args: ['list', '--lane', 'fast'], says: "argument 'fast' is invalid. Allowed choices are auth, control-plane" },
    { args: ['list', '--stack', 'other'], says: 'the deployment "other" has no queues here' },
  ])('refuses $args', async ({ args, says }) => {
    await using museum = await startMuseum();
    const environment = { AWS_ENDPOINT_URL_SQS: museum.queues.endpoint, KONNECT_RECONCILER_STACK: stack };

    const { code, stdout, stderr } = await runCli(['dead-letters', ...args], environment);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});

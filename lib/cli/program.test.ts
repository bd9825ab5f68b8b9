import { describe, expect, it, vi } from 'vitest';
import { bodyOf, dataOf, startMuseum } from '../dead-letters/fixture.ts';
import type { Context } from './command.ts';
import { start } from './fixture.ts';
import { createOutput, tableText } from './output.ts';
import type { ExitCode } from './problem.ts';
import { run } from './program.ts';

/** Runs the command line in this process, at a terminal of its own. */
async function at(args: readonly string[], answer?: boolean) {
  let code: ExitCode | undefined;
  const [told, asked]: [string[], string[]] = [[], []];
  const output: Context['output'] = {
    result: (text) => void told.push(text),
    tell: (text) => void told.push(text),
    clear: () => undefined,
    paint: (_, text) => text,
    columns: undefined,
    ask: async (question) => {
      asked.push(question);
      return answer === true;
    },
  };
  const config = { stack: 'museum', region: 'us-east-1', kubeconfig: [] };
  const end = (given: ExitCode) => {
    code = given;
  };
  await run(args, { config, output, signal: new AbortController().signal, end });
  return { code, told, asked };
}

describe('discarding at a terminal', () => {
  it('asks, and does nothing without a yes', async () => {
    const { code, told, asked } = await at(
      ['dead-letters', 'discard', '--reason', 'no event', '--lane', 'auth'],
      false,
    );

    expect(asked).toEqual(['Delete the dead letters with "no event" in an error, of auth of museum for good?']);
    expect({ code, told }).toEqual({ code: 0, told: ['nothing was deleted'] });
  });
});

describe('a command that is stopped', () => {
  it('gives back what it holds', async () => {
    await using museum = await startMuseum();
    for (let n = 0; n < 3; n += 1) await museum.keep('entity', bodyOf(dataOf('KongService', `s-${n}`)));
    const environment = { AWS_ENDPOINT_URL_SQS: museum.queues.endpoint, KONNECT_RECONCILER_STACK: 'museum' };
    const listing = start(['dead-letters', 'list'], environment);
    await vi.waitUntil(() => museum.dead('entity').some(({ state }) => state === 'in-flight'), { timeout: 20_000 });

    listing.child.kill('SIGINT');

    expect(await listing.ended).toMatchObject({ code: 2, stdout: '', stderr: 'stopped\n' });
    expect(museum.dead('entity').map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
  });
});

describe('output', () => {
  it('is plain, and clears nothing, where nobody looks', () => {
    const written: string[] = [];
    const stream = Object.assign(Object.create(process.stdout), {
      isTTY: false,
      write: (text: string) => written.push(text),
    });
    const output = createOutput(stream, stream);

    output.clear();
    output.result(output.paint('red', 'text'));

    expect(written).toEqual(['text\n']);
    expect(output.columns).toBeUndefined();
  });

  it('puts columns under each other', () => {
    expect(
      tableText([
        ['a', 'bb', 'c'],
        ['aaa', 'b', ''],
      ]),
    ).toBe('a    bb  c\naaa  b');
  });
});

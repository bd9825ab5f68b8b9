import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { settings } from '../../infra/aws/settings.ts';
import { functionDefinition } from '../../infra/local/deployment.ts';
import { environmentOf, type FunctionDefinition } from '../../infra/local/lambda/definition.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { lanes } from '../../lib/kinds/define.ts';
import { type Figure, median } from './figure.ts';

const run = promisify(execFile);
const rounds = 7;
const bundles = join(import.meta.dirname, '../../dist');

/** What the functions weigh, and how long each takes to start, next to a Node that has nothing to do. */
export async function bundleFigures(stack: Stack): Promise<readonly Figure[]> {
  const around = {
    queues: stack.queues,
    konnectURL: stack.konnect.url,
    bundles,
    timeoutSeconds: settings.functionTimeoutSeconds,
  };
  const functions = lanes.map((lane) => functionDefinition(lane, around));
  const sizes = await Promise.all(
    functions.map(async ({ name, bundle }): Promise<Figure> => {
      const { size } = await stat(bundle);
      return { what: `${name}: size of its bundle`, value: size, unit: 'bytes', bar: 1_500_000 };
    }),
  );
  const { size } = await stat(join(bundles, 'forwarder/index.mjs'));
  return [
    ...sizes,
    { what: 'forwarder: size of its bundle', value: size, unit: 'bytes' },
    ...(await startFigures(stack, functions)),
  ];
}

/** One start of each in turn, again and again, so that a busy moment of the machine meets all alike. */
async function startFigures({ aws }: Stack, functions: readonly FunctionDefinition[]): Promise<readonly Figure[]> {
  const account = { ...aws, accountId: '000000000000', endpoints: {} };
  const empty: number[] = [];
  const measured = new Map(functions.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    empty.push(await startTime('', {}));
    for (const definition of functions) {
      const names = { logGroupName: '', logStreamName: '', taskRoot: dirname(definition.bundle) };
      const code = `await import(${JSON.stringify(pathToFileURL(definition.bundle).href)}); process.exit(0);`;
      measured.get(definition.name)?.push(await startTime(code, environmentOf(definition, account, names)));
    }
  }
  const emptyStart = median(empty);
  return [
    { what: 'empty Node: start', value: emptyStart, unit: 'ms' },
    ...[...measured].map(
      ([name, values]): Figure => ({
        what: `${name}: start ÷ start of an empty Node`,
        value: median(values) / emptyStart,
        unit: 'ratio',
        bar: 4,
      }),
    ),
  ];
}

async function startTime(code: string, env: Readonly<Record<string, string>>): Promise<number> {
  const start = performance.now();
  await run(process.execPath, ['--input-type=module', '-e', code], { env });
  return performance.now() - start;
}

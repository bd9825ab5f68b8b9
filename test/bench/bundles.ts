import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { settings } from '../../infra/aws/settings.ts';
import { functionDefinitions } from '../../infra/local/deployment.ts';
import { environmentOf, type FunctionDefinition } from '../../infra/local/lambda/definition.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { type Figure, median } from './figure.ts';
import type { Program, Start } from './starts.ts';

const run = promisify(execFile);
const bundles = join(import.meta.dirname, '../../dist');

/** What the functions weigh, and how long each takes to start, next to a Node that has nothing to do. */
export async function bundleFigures(stack: Stack): Promise<readonly Figure[]> {
  const around = {
    queues: stack.queues,
    konnectURL: stack.konnect.url,
    bundles,
    timeoutSeconds: settings.functionTimeoutSeconds,
  };
  const functions = functionDefinitions(around);
  const sizes = await Promise.all(
    functions.map(async ({ name, bundle }): Promise<Figure> => {
      const { size } = await stat(bundle);
      return { what: `${name}: size of its bundle`, value: size, unit: 'bytes', bar: 1_200_000 };
    }),
  );
  const { size } = await stat(join(bundles, 'forwarder/index.mjs'));
  return [
    ...sizes,
    { what: 'forwarder: size of its bundle', value: size, unit: 'bytes' },
    ...(await startFigures(stack, functions)),
  ];
}

/** Starts of each function, next to those of a Node that runs an empty module. */
async function startFigures({ aws }: Stack, functions: readonly FunctionDefinition[]): Promise<readonly Figure[]> {
  const account = { ...aws, accountId: '000000000000', endpoints: {} };
  const programs = functions.map((definition): Program => {
    const names = { logGroupName: '', logStreamName: '', taskRoot: dirname(definition.bundle) };
    const code = `await import(${JSON.stringify(pathToFileURL(definition.bundle).href)});`;
    return { code, env: environmentOf(definition, account, names) };
  });
  const [empty = [], ...starts] = await timed([{ code: '', env: {} }, ...programs]);
  const measured = functions.map((definition, index) => ({ definition, starts: starts[index] ?? [] }));
  const of = (starts: readonly Start[], measure: keyof Start) => median(starts.map((one) => one[measure]));
  return [
    { what: 'empty Node: start', value: of(empty, 'elapsed'), unit: 'ms' },
    { what: 'empty Node: start, processor time', value: of(empty, 'cpu'), unit: 'ms' },
    ...measured.flatMap(({ definition: { name }, starts }): readonly Figure[] => {
      const ratio = (measure: keyof Start) => of(starts, measure) / of(empty, measure);
      return [
        { what: `${name}: start ÷ start of an empty Node`, value: ratio('elapsed'), unit: 'ratio', bar: 3 },
        { what: `${name}: the same of processor time`, value: ratio('cpu'), unit: 'ratio' },
      ];
    }),
  ];
}

async function timed(programs: readonly Program[]): Promise<readonly (readonly Start[])[]> {
  const running = run(process.execPath, [join(import.meta.dirname, 'starts.ts')]);
  running.child.stdin?.end(JSON.stringify(programs));
  return JSON.parse((await running).stdout);
}

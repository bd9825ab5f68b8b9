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

/** Milliseconds of one start: by the clock, and of all processors together, which a busy machine hardly changes. */
interface Start {
  readonly elapsed: number;
  readonly cpu: number;
}

/** One start of each in turn, again and again, so that a busy moment of the machine meets all alike. */
async function startFigures({ aws }: Stack, functions: readonly FunctionDefinition[]): Promise<readonly Figure[]> {
  const account = { ...aws, accountId: '000000000000', endpoints: {} };
  const empty: Start[] = [];
  const measured = functions.map((definition) => ({ definition, starts: [] as Start[] }));
  for (let round = 0; round < rounds; round += 1) {
    empty.push(await start('', {}));
    for (const { definition, starts } of measured) {
      const names = { logGroupName: '', logStreamName: '', taskRoot: dirname(definition.bundle) };
      const code = `await import(${JSON.stringify(pathToFileURL(definition.bundle).href)});`;
      starts.push(await start(code, environmentOf(definition, account, names)));
    }
  }
  const of = (starts: readonly Start[], measure: keyof Start) => median(starts.map((one) => one[measure]));
  return [
    { what: 'empty Node: start', value: of(empty, 'elapsed'), unit: 'ms' },
    { what: 'empty Node: start, processor time', value: of(empty, 'cpu'), unit: 'ms' },
    ...measured.flatMap(({ definition: { name }, starts }): readonly Figure[] => {
      const ratio = (measure: keyof Start) => of(starts, measure) / of(empty, measure);
      return [
        { what: `${name}: start ÷ start of an empty Node`, value: ratio('elapsed'), unit: 'ratio', bar: 4 },
        { what: `${name}: the same of processor time`, value: ratio('cpu'), unit: 'ratio' },
      ];
    }),
  ];
}

async function start(code: string, env: Readonly<Record<string, string>>): Promise<Start> {
  const told = `const { user, system } = process.cpuUsage(); console.log((user + system) / 1000); process.exit(0);`;
  const began = performance.now();
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', `${code} ${told}`], { env });
  const elapsed = performance.now() - began;
  // The function may have printed before it.
  const cpu = Number(stdout.trim().split('\n').at(-1));
  return { elapsed, cpu };
}

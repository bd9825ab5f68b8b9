import { equal, ok } from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Ended, runCli } from '../../lib/cli/fixture.ts';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { rightAnswers } from './cli-answers.ts';
import { type CliWorld, startCliWorld } from './cli-world.ts';
import { type Harm, harm, harmed, shellText } from './steer.ts';
import { startTown, type Town } from './town.ts';

/*
 * Arguments, kubeconfigs, objects of a cluster and answers of functions that nobody would make in good faith: each command ends
 * with one of its exit codes and with words, and what it prints neither steers a terminal nor holds a secret.
 */

const canary = 'canaryOfAKubeconfig';

type Input =
  | { readonly args: readonly string[]; readonly variable: string; readonly said: readonly [string, string] }
  | { readonly kubeconfig: readonly Harm[]; readonly tail: string }
  | { readonly objects: readonly (readonly [number, Harm])[]; readonly command: readonly string[] }
  | {
      readonly of: 'replay' | 'drift';
      readonly answer: readonly Harm[];
      readonly failed: boolean;
      readonly json: boolean;
    };

const argument = fc.oneof(
  fc.constantFrom(
    'status',
    'doctor',
    'drift',
    'replay',
    'migrate',
    'dead-letters',
    'list',
    'show',
    'redrive',
    'discard',
  ),
  fc.constantFrom('--json', '--all', '--yes', '--send', '--repair', '--apply', '--help', '--force', '--dead-letters'),
  fc.constantFrom('--kind', '--stack', '--region', '--context', '-n', '--namespace', '-l', '--name', '--control-plane'),
  fc.constantFrom('--kubeconfig', '--reason', '--lane', '--as', 'constructor', '__proto__', 'toString'),
  shellText.map((text) => text.replaceAll('\0', '')),
);

const harms = fc.array(harm, { minLength: 1, maxLength: 3 });
const statusCommands = [['status'], ['status', '--json'], ['migrate'], ['migrate', '--json', '--back']] as const;

const input: fc.Arbitrary<Input> = fc.oneof(
  fc.record({
    args: fc
      .tuple(
        fc.constantFrom('status', 'drift', 'replay', 'dead-letters', 'migrate', ''),
        fc.array(argument, { maxLength: 5 }),
      )
      .map(([first, rest]) => [first, ...rest]),
    variable: shellText.map((text) => text.replaceAll('\0', '')),
    said: fc.tuple(shellText, shellText),
  }),
  fc.record({ kubeconfig: harms, tail: fc.constantFrom('', '\n- : [', '\n\t', '\u0000') }),
  fc.record({
    objects: fc.array(fc.tuple(fc.nat({ max: 1000 }), harm), { minLength: 1, maxLength: 4 }),
    command: fc.constantFrom(...statusCommands),
  }),
  fc.record({
    of: fc.constantFrom('replay', 'drift'),
    answer: harms,
    failed: fc.constantFrom(false, false, true),
    json: fc.constantFrom(false, false, true),
  }),
);

/** @returns how many commands were run. */
export async function commands(runs: number, seed: number): Promise<number> {
  await using town = await startTown();
  await using world = await startCliWorld();
  const directory = await mkdtemp(join(tmpdir(), 'hostile-'));
  try {
    const property = fc.asyncProperty(input, (one) => lived({ town, world, file: join(directory, 'config') }, one));
    await fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
  } finally {
    await rm(directory, { recursive: true });
  }
  return runs;
}

interface Scene {
  readonly town: Town;
  readonly world: CliWorld;
  readonly file: string;
}

async function lived({ town, world, file }: Scene, one: Input): Promise<void> {
  const environment = { AWS_ENDPOINT_URL: world.url, AWS_MAX_ATTEMPTS: '1', KUBECONFIG: file };
  const right = kubeconfigOf(world.url);
  await writeFile(file, JSON.stringify(right));
  world.items = new Map();
  world.script = undefined;
  if ('args' in one) {
    const [code, message] = one.said;
    world.refusal = { code, message };
    world.answer = null;
    judge(await runCli(one.args, { ...environment, KONNECT_RECONCILER_STACK: one.variable || 'some' }), one.args);
  } else if ('kubeconfig' in one) {
    await writeFile(file, JSON.stringify(one.kubeconfig.reduce<unknown>(harmed, right)) + one.tail);
    judge(await runCli(['status'], environment), ['status']);
  } else if ('objects' in one) {
    world.items = itemsOf(town, one.objects);
    judge(await runCli(one.command, environment), one.command);
  } else {
    world.failed = one.failed;
    const answer = one.answer.reduce<unknown>(harmed, rightAnswers[one.of]);
    world.answer = one.failed
      ? { errorType: 'Error', errorMessage: JSON.stringify(answer), stackTrace: ['at x'] }
      : answer;
    const args = [one.of, ...(one.of === 'replay' ? ['--all'] : []), ...(one.json ? ['--json'] : [])];
    judge(await runCli(args, environment), args);
  }
}

export function judge({ code, stdout, stderr }: Ended, args: readonly string[]): void {
  const shown = `${JSON.stringify({ args, code, stdout: stdout.slice(0, 1000), stderr: stderr.slice(0, 1000) })}`;
  ok(code === 0 || code === 1 || code === 2, shown);
  for (const text of [stdout, stderr]) {
    ok(!/[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(text), `it steers a terminal: ${shown}`);
    ok(!text.includes(canary) && !text.includes('local-signing-key'), `a secret got out: ${shown}`);
    ok(!/\n {4}at |\(node:|file:\/\/\/.*:\d+:\d+/.test(text), `a stack trace: ${shown}`);
    ok(!/TypeError|ReferenceError|undefined is|is not a function/.test(text), `an error of its own: ${shown}`);
  }
  if (code === 2) ok(stderr.trim() !== '', `it failed without a word: ${shown}`);
  if (code !== 2 && args.includes('--json') && !args.includes('--help')) JSON.parse(stdout);
}

export function kubeconfigOf(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'main',
    clusters: [{ name: 'prod', cluster: { server } }],
    users: [{ name: 'robot', user: { token: canary, 'client-key-data': canary, password: canary } }],
    contexts: [{ name: 'main', context: { cluster: 'prod', user: 'robot' } }],
  };
}

/** Everything but what names an object, which API servers keep as it should be. */
function itemsOf(
  { residents }: Town,
  bad: readonly (readonly [number, Harm])[],
): ReadonlyMap<string, readonly unknown[]> {
  const objects = bad.map(([nth, how], index) => {
    const { metadata, kind, apiVersion, ...fields } = residents[nth % residents.length] ?? residents[0] ?? fail();
    const changed = harmed(fields, how);
    const content =
      typeof changed === 'object' && changed !== null && !Array.isArray(changed) ? changed : { spec: changed };
    return { ...content, apiVersion, kind, metadata: { ...metadata, uid: `${metadata.uid}-${index}` } };
  });
  equal(objects.length, bad.length);
  return new Map(
    kinds.map(({ resource }) => [
      resource.plural,
      [...residents, ...objects].filter(({ kind }) => kind === resource.kind),
    ]),
  );
}

function fail(): never {
  throw new Error('the town has no objects');
}

#!/usr/bin/env node
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import type { Known } from '../../lib/kinds/known.ts';
import { printTable } from './admin.ts';
import { callLines, callsUntilNow } from './demo/calls.ts';
import { type Check, certificateChecks, describeExtension, tokenChecks } from './demo/checks.ts';
import { credentialChecks, pluginChecks, treeChecks } from './demo/gateway.ts';
import { shellLines } from './demo/shell.ts';
import { applyAndWait, asApplied, everythingDone, tables } from './demo/story.ts';
import { type Stack, startStack } from './stack.ts';

/*
 * The whole story on this machine, in two acts. Without --keep it ends by itself: exit 0 only where every line was
 * verified. With --keep the stack stays up for kubectl until Ctrl-C.
 */

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const started = performance.now();
const manifests = { first: 'infra/local/story.yaml', second: 'infra/local/demo/gateway.yaml' };
const say = (text = ''): void => console.log(text);
const step = (text: string): void => console.error(styleText('dim', `${seconds(started).padStart(6)}  ${text}`));

try {
  const stack = await startStack({ onProgress: (what) => step(`starting ${what}`) });
  await stayOrEnd(stack, values.keep);
} catch (error) {
  console.error(styleText('red', `\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`));
  process.exitCode = 1;
}

async function stayOrEnd(stack: Stack, keep: boolean): Promise<void> {
  try {
    const first = await act(stack, manifests.first, [], firstAct);
    const second = await act(stack, manifests.second, first.objects, secondAct);
    const failed = [...first.checks, ...second.checks].filter(({ passed }) => !passed);
    if (failed.length > 0)
      console.error(styleText('red', `\nNot as it should be: ${failed.length} lines, marked ✗ above`));
    process.exitCode = failed.length === 0 ? 0 : 1;
    if (keep) await stay(stack);
  } finally {
    step('stopping');
    await stack.stop();
  }
}

interface Told {
  /** All that is there by now, in the order in which it was applied. */
  readonly objects: readonly Known[];
  readonly checks: readonly Check[];
}

/** Applies a manifest, waits until everything is done, and says what came of it. */
async function act(
  stack: Stack,
  path: string,
  before: readonly Known[],
  tell: (stack: Stack, objects: readonly Known[]) => Promise<readonly Check[]>,
): Promise<Told> {
  step(`applying ${path}`);
  const manifest = await readFile(join(import.meta.dirname, '..', '..', path), 'utf8');
  const calls = callsUntilNow(stack);
  const applied = performance.now();
  const given = [...before, ...(await applyAndWait(stack, asApplied(manifest), step))];
  const objects = await everythingDone(stack, given, step);
  const elapsed = seconds(applied);
  const spent = callLines(calls, callsUntilNow(stack));
  say();
  const checks = await tell(stack, objects);
  say(`\n${spent}\n\nFrom apply to the last status: ${elapsed}\n`);
  return { objects, checks };
}

async function firstAct(stack: Stack, objects: readonly Known[]): Promise<readonly Check[]> {
  for (const table of await tables(stack, objects)) say(`${printTable(table)}\n`);
  say(await describeExtension(stack));
  const status = objects.map(({ object }) => object);
  return shown([...(await certificateChecks(stack)), ...(await tokenChecks(stack, status))]);
}

async function secondAct(stack: Stack, objects: readonly Known[]): Promise<readonly Check[]> {
  say('Each object under what it belongs to, and the id that Konnect has it under:\n');
  const tree = shown(treeChecks(stack, objects));
  say();
  return [...tree, ...shown([...pluginChecks(stack, objects), ...(await credentialChecks(stack, objects))])];
}

function shown(checks: readonly Check[]): readonly Check[] {
  for (const { passed, text } of checks) say(`${passed ? styleText('green', '✓') : styleText('red', '✗')} ${text}`);
  return checks;
}

async function stay(stack: Stack): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'konnect-reconciler-'));
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    const shell = join(folder, 'env');
    await writeFile(kubeconfig, stack.kubeconfig, { mode: 0o600 });
    await writeFile(shell, shellLines(stack, kubeconfig), { mode: 0o600 });
    say(`The stack stays up. In another terminal:\n\n  source ${shell}`);
    say('  kubectl get kong                 # every object of every kind\n  kubectl api-resources --categories kong');
    say(`  kubectl delete -f ${manifests.second}`);
    say('  npx osls invoke local --stage local -f replay -p events/replay-one-kind.json\n');
    say(`  Konnect  ${stack.konnect.url}\n  SQS      ${stack.queues.endpoint}\n  Secrets  ${stack.secrets.url}`);
    say(`  Lambda   ${stack.lambda.url}\n  Metrics  ${stack.forwarder?.url}/metrics\n\nCtrl-C stops everything.`);
    await new Promise((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
  } finally {
    // They hold the token of an administrator, and the key of the local AWS.
    await rm(folder, { recursive: true, force: true });
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`;
}

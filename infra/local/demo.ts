#!/usr/bin/env node
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { kinds } from '../../lib/kinds/registry.gen.ts';
import { printTable } from './admin.ts';
import { type Check, certificateChecks, countLines, describeExtension, tokenChecks } from './demo/checks.ts';
import { applyAndWait, tables } from './demo/story.ts';
import { type Stack, startStack } from './stack.ts';

/*
 * The whole story on this machine. Without --keep it ends by itself: exit 0 only where every line was verified. With
 * --keep the stack stays up for kubectl until Ctrl-C.
 */

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const started = performance.now();
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
    const passed = await tell(stack);
    process.exitCode = passed ? 0 : 1;
    if (keep) await stay(stack);
  } finally {
    step('stopping');
    await stack.stop();
  }
}

async function tell(stack: Stack): Promise<boolean> {
  const manifest = await readFile(join(import.meta.dirname, 'story.yaml'), 'utf8');
  step('applying infra/local/story.yaml');
  const applied = performance.now();
  await applyAndWait(stack, manifest, step);
  const elapsed = seconds(applied);
  say();
  for (const table of await tables(stack)) say(`${printTable(table)}\n`);
  say(await describeExtension(stack));
  const checks: readonly Check[] = [...(await certificateChecks(stack)), ...(await tokenChecks(stack))];
  say(checks.map(line).join('\n'));
  say(`\n${countLines(stack)}`);
  say(`\nFrom apply to the last status: ${elapsed}`);
  return checks.every(({ passed }) => passed);
}

function line({ passed, text }: Check): string {
  return `${passed ? styleText('green', '✓') : styleText('red', '✗')} ${text}`;
}

async function stay(stack: Stack): Promise<void> {
  const path = join(tmpdir(), `konnect-reconciler-${process.pid}.kubeconfig`);
  await writeFile(path, stack.kubeconfig, { mode: 0o600 });
  say(`\nThe stack stays up. In another terminal:\n`);
  for (const { resource } of kinds) say(`  kubectl --kubeconfig ${path} get ${resource.plural}`);
  say();
  say(`  Konnect  ${stack.konnect.url}\n  SQS      ${stack.queues.endpoint}\n  Secrets  ${stack.secrets.url}`);
  say(`  Metrics  ${stack.forwarder?.url}/metrics\n\nCtrl-C stops everything.`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  // It holds the token of an administrator.
  await rm(path, { force: true });
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failures, tableOf } from './bench/figure.ts';
import { noted } from './proof/figures.ts';

/*
 * Tries what takes too long for every change, and prints how much was tried and survived. Arguments go to Vitest: the name of
 * a file runs that file alone. Exit 1 where a suite fails or a count is over its bar.
 */

const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'konnect-reconciler-proof-'));
const file = join(folder, 'figures');
const start = Date.now();
try {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'proof*', ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, TEST_PROOF: file },
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  const minutes = { what: 'minutes that this took', value: (Date.now() - start) / 60_000, unit: 'count' } as const;
  const figures = [...noted(file), minutes];
  console.log(tableOf(figures));
  const failed = failures(figures, { strict: false });
  if (failed.length > 0) console.error(`\nOver the bar: ${failed.map(({ what }) => what).join('; ')}`);
  process.exitCode = code === 0 && failed.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

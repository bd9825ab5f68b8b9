import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { shellLines } from '../../infra/local/demo/shell.ts';
import type { Stack } from '../../infra/local/stack.ts';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/**
 * Runs `osls invoke local` for a built function, in a shell that has sourced the file that `npm run dev` writes. The
 * project is put together in a folder of its own, with the bundles that the stack runs.
 * @param sample path below the project
 * @returns what the function answers
 * @throws {Error} with what osls says, where it fails
 */
export async function invokeLocal(
  stack: Stack,
  bundles: string,
  invocation: { readonly function: string; readonly sample: string },
): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'invoke-local-'));
  try {
    await copyFile(join(root, 'serverless.yml'), join(folder, 'serverless.yml'));
    for (const name of ['package.json', 'infra', 'lib', 'events', 'node_modules']) {
      await symlink(join(root, name), join(folder, name));
    }
    await symlink(bundles, join(folder, 'dist'));
    await writeFile(join(folder, 'env'), shellLines(stack, join(folder, 'kubeconfig')), { mode: 0o600 });
    const osls = `'${process.execPath}' node_modules/osls/bin/serverless.js invoke local --stage local`;
    const command = `. ./env && ${osls} -f ${invocation.function} -p ${invocation.sample}`;
    const env = { HOME: folder, PATH: process.env['PATH'] ?? '' };
    const { stdout } = await run('sh', ['-c', command], { cwd: folder, env });
    // Before the answer stands the function's log, one line an entry.
    return JSON.parse(stdout.slice(stdout.indexOf('{\n')));
  } finally {
    await rm(folder, { recursive: true });
  }
}

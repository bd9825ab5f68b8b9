import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/*
 * Holds what is deployed against what others know of AWS: cfn-lint reads the template, and moto plays CloudFormation, SQS and
 * Secrets Manager. Both are Python packages, kept in a folder for the next time. Where they can not be had there is nothing to
 * test with, which is no failure. Before them kubectl and Helm read what is installed into clusters, where they are there.
 */

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const packages = ['cfn-lint==1.58.0', 'moto[server]==5.2.5'];
const installMilliseconds = 90_000;
const testMilliseconds = 140_000;

const codes = [await test('install', { TEST_INSTALL: 'yes' })];
const folder = await installed();
if (folder !== undefined) codes.push(await test('peers', { TEST_PEERS: folder }));
process.exitCode = Math.max(...codes);

async function test(project: string, environment: Readonly<Record<string, string>>): Promise<number> {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--project', project, ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
    timeout: testMilliseconds,
  });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

/** The folder of a virtual environment with the packages; undefined where there can be none. */
async function installed(): Promise<string | undefined> {
  const hash = createHash('sha256').update(packages.join()).digest('hex').slice(0, 12);
  const venv = join(tmpdir(), `konnect-reconciler-peers-${hash}`);
  const complete = join(venv, 'complete');
  if (existsSync(complete)) return venv;
  try {
    await rm(venv, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', venv]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    await run(join(venv, 'bin', 'python'), pip, { timeout: installMilliseconds });
    await writeFile(complete, '');
    return venv;
  } catch (error) {
    console.log(`${packages.join(' and ')} can not be installed: the tests against them are left out.`);
    console.log(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

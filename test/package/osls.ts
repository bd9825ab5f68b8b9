import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { pathsIn } from './archive.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

/** The names of all functions, which are those of their files. */
export const functionNames = readdirSync(join(root, 'functions'))
  .filter((file) => /^[^.]+\.ts$/.test(file))
  .map((file) => basename(file, '.ts'));

/** What `osls package` would deploy. */
export interface Artifacts {
  /** The template as CloudFormation gets it. */
  readonly text: string;
  /** The paths in the archive of each function, by the function's name. */
  readonly archives: Readonly<Record<string, readonly string[]>>;
}

/** Packages the project as it is. */
export async function runPackage(): Promise<Artifacts> {
  await using project = await copyOfProject();
  await project.osls(['package']);
  const out = join(project.folder, '.serverless');
  const archives = functionNames.map(
    async (name) => [name, pathsIn(await readFile(join(out, `${name}.zip`)))] as const,
  );
  const text = await readFile(join(out, 'cloudformation-template-update-stack.json'), 'utf8');
  return { text, archives: Object.fromEntries(await Promise.all(archives)) };
}

/** A folder in which osls works on the project without changing it. */
export interface ProjectCopy extends AsyncDisposable {
  readonly folder: string;
  /**
   * Runs osls with no other environment variables than these.
   * @throws {Error} with what osls says, where it refuses.
   */
  osls(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * The project with stand-ins of the functions' bundles, in a folder of its own since another test may build at the same time,
 * and with no credentials.
 */
export async function copyOfProject(): Promise<ProjectCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'package-'));
  await copyFile(join(root, 'serverless.yml'), join(folder, 'serverless.yml'));
  for (const name of ['package.json', 'infra', 'lib', 'node_modules']) {
    await symlink(join(root, name), join(folder, name));
  }
  for (const name of functionNames) await writeBundle(join(folder, 'dist', 'functions', name));
  const osls = join(root, 'node_modules', 'osls', 'bin', 'serverless.js');
  return {
    folder,
    async osls(args, env = {}) {
      await run(process.execPath, [osls, ...args], { cwd: folder, env: { HOME: folder, ...env } });
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

// What the build leaves beside a bundle must not be in the archive.
async function writeBundle(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of ['index.mjs', 'index.mjs.map', 'index.mjs.LEGAL.txt']) await writeFile(join(folder, file), '\n');
}

export interface Start {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Imports `functions/<name>.ts` of each, with those environment variables and no other. All in one process, since they
 * have nearly all modules in common.
 * @returns for each what it exports, or the message of its error.
 */
export async function startFunctions(starts: readonly Start[]): Promise<readonly string[]> {
  const script = `
    const said = [];
    for (const [index, { name, environment }] of ${JSON.stringify(starts)}.entries()) {
      process.env = environment;
      const url = ${JSON.stringify(pathToFileURL(join(root, 'functions')).href)} + '/' + name + '.ts?' + index;
      await import(url).then(
        (module) => said.push(Object.keys(module).map((key) => key + ' is a ' + typeof module[key]).join()),
        (error) => said.push(error.message));
    }
    console.log(JSON.stringify(said));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env: {} });
  return JSON.parse(stdout) as readonly string[];
}

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundle } from '../infra/build.ts';
import { unusedRights } from './journey/aws-rights.ts';
import { type Artifacts, runPackage } from './package/osls.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the built functions and forwarder. */
    readonly bundles: string;
    /** Folder in which each journey notes the rights that it used; see journey/rights.ts. */
    readonly usedRights: string;
    /** What `osls package` makes of the project; absent where no journey is in the run. */
    readonly artifacts: Artifacts | undefined;
    /** What `osls package` makes of the project, and a folder for the rights that files have used of it. */
    readonly rights: { readonly template: string; readonly usedIn: string };
  }
}

const root = join(import.meta.dirname, '..');

/**
 * Bundles the functions and the forwarder as they are deployed, once for all files, into a folder that goes with the run.
 * With `TEST_BUNDLES` set, the bundles in that folder are used as they are.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_BUNDLES'];
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'konnect-reconciler-bundles-')));
  const usedIn = await mkdtemp(join(tmpdir(), 'konnect-reconciler-rights-'));
  const [artifacts] = await Promise.all([runPackage(), given === undefined ? buildInto(folder) : undefined]);
  const { text: template } = artifacts;
  project.provide('bundles', folder);
  project.provide('rights', { template, usedIn });
  const usedRights = await mkdtemp(join(tmpdir(), 'konnect-reconciler-rights-'));
  // What tests of other projects take as well.
  const all = project.vitest.getRootProject();
  all.provide('usedRights', usedRights);
  all.provide('artifacts', artifacts);
  return async () => {
    const { testFiles } = await project.globTestFiles();
    const unused = await unusedRights(template, usedIn, testFiles);
    await rm(usedRights, { recursive: true, force: true });
    if (given === undefined) await rm(folder, { recursive: true, force: true });
    await rm(usedIn, { recursive: true, force: true });
    if (unused.length > 0) throw new Error(`rights that no journey has used:\n${unused.join('\n')}`);
  };
}

async function buildInto(folder: string): Promise<void> {
  const sources = (await readdir(join(root, 'functions'))).filter((file) => /^[^.]+\.ts$/.test(file));
  const functions = sources.map((file) => ({
    file: join(root, 'functions', file),
    out: join(folder, 'functions', basename(file, '.ts'), 'index.mjs'),
  }));
  const forwarder = { file: join(root, 'infra/cluster/forwarder.ts'), out: join(folder, 'forwarder', 'index.mjs') };
  await bundle(functions, { isFunction: true });
  await bundle([forwarder], { isFunction: false });
}

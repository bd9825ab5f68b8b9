import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { withoutArrows } from './build/arrows.ts';
import { awsHttpAsGiven } from './build/aws.ts';
import { deferAsText, deferredPackages } from './build/deferred.ts';
import { deferredExclusions, defines, exclusions, nodeExclusions, withoutSideEffects } from './build/exclusions.ts';
import { dropUnused, exclude, requireNode } from './build/plugin.ts';
import { type BundleSize, sizesOf, tableOf } from './build/sizes.ts';
import { undiciInPart } from './build/undici.ts';

const BUDGET_BYTES = 1_200_000;
// CommonJS packages call require for Node's own modules, and an ES module has none. Nothing else is left to be required.
const REQUIRE =
  "const require=(name)=>{const it=process.getBuiltinModule(name);if(it)return it;throw new Error('no module '+name+' in this bundle')};";

/** What to bundle: source files, or one source that is no file. Every `out` is the path of an `index.mjs`. */
export type Entries =
  | readonly { readonly file: string; readonly out: string }[]
  | { readonly contents: string; readonly resolveDir: string; readonly out: string };

/**
 * Bundles entries into self-contained ES modules for Node 24. A source map and the licences of what a module contains
 * are written beside it. `isFunction` leaves out what is useless in Lambda. Returns esbuild's account of what went in.
 */
export async function bundle(entries: Entries, { isFunction }: { readonly isFunction: boolean }): Promise<Metafile> {
  const common = {
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    banner: { js: REQUIRE },
    define: defines,
    logLevel: 'silent',
  } as const satisfies BuildOptions;
  const lean = [dropUnused(withoutSideEffects), requireNode(isFunction ? nodeExclusions : [])];
  const deferred = deferAsText(deferredPackages, {
    ...common,
    plugins: [exclude([...exclusions, ...deferredExclusions]), ...lean],
  });
  const { outputFiles, metafile } = await build({
    ...common,
    ...entryOptions(entries),
    write: false,
    metafile: true,
    sourcemap: 'external',
    legalComments: 'external',
    plugins: [
      ...(isFunction ? [exclude(exclusions), awsHttpAsGiven()] : []),
      deferred,
      undiciInPart(),
      ...lean,
      withoutArrows(),
    ],
  });
  refuseAsCode(metafile);
  for (const { path, contents } of outputFiles) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
  return metafile;
}

/** What is carried as text is not to be there as code as well, which one import statement anywhere would do. */
function refuseAsCode({ outputs }: Metafile): void {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  for (const { name } of deferredPackages) {
    const found = inputs.some(
      ([path, { bytesInOutput }]) => bytesInOutput > 0 && path.includes(`node_modules/${name}/`),
    );
    if (found)
      throw new Error(`${name} is in the bundle as code: import it by import() only (infra/build/deferred.ts)`);
  }
}

/**
 * Bundles every `functions/*.ts` of the project at `root` to `dist/functions/<name>/index.mjs`, the forwarder to
 * `dist/forwarder/index.mjs`, and writes `dist/meta.json`. Returns the size of each bundle by name.
 */
export async function buildAll(root: string): Promise<Readonly<Record<string, BundleSize>>> {
  const dist = join(root, 'dist');
  const sources = (await readdir(join(root, 'functions'))).filter((file) => /^[^.]+\.ts$/.test(file)).sort();
  const functions = sources.map((file) => ({
    file: join(root, 'functions', file),
    out: join(dist, 'functions', basename(file, '.ts'), 'index.mjs'),
  }));
  const forwarder = { file: join(root, 'infra/cluster/forwarder.ts'), out: join(dist, 'forwarder/index.mjs') };
  await Promise.all(['functions', 'forwarder'].map((part) => rm(join(dist, part), { recursive: true, force: true })));
  const sizes: Record<string, BundleSize> = {};
  const add = async (entries: typeof functions, isFunction: boolean) => {
    const metafile = await bundle(entries, { isFunction });
    for (const { out } of entries) sizes[basename(dirname(out))] = await sizesOf(metafile, out);
  };
  if (functions.length > 0) await add(functions, true);
  if (existsSync(forwarder.file)) await add([forwarder], false);
  await writeFile(join(dist, 'meta.json'), `${JSON.stringify(sizes, undefined, 2)}\n`);
  return sizes;
}

function entryOptions(entries: Entries): BuildOptions {
  if ('contents' in entries) {
    const { out, ...source } = entries;
    return { stdin: { ...source, loader: 'ts' }, outfile: out };
  }
  // Absolute names of outputs are possible only under one output directory.
  return {
    entryPoints: entries.map(({ file, out }) => ({ in: file, out: out.replace(/^\/|\.mjs$/g, '') })),
    outdir: '/',
    outExtension: { '.js': '.mjs' },
  };
}

if (import.meta.main) {
  const sizes = await buildAll(join(import.meta.dirname, '..'));
  process.stdout.write(tableOf(sizes));
  const tooLarge = Object.entries(sizes).filter(([name, { bytes }]) => name !== 'forwarder' && bytes > BUDGET_BYTES);
  for (const [name, { bytes }] of tooLarge) {
    process.stderr.write(
      `${name} has ${bytes} bytes, more than the ${BUDGET_BYTES} that start fast: see its packages in dist/meta.json\n`,
    );
    process.exitCode = 1;
  }
}

import { gzipSync } from 'node:zlib';
import { build as esbuild, type Plugin } from 'esbuild';

/**
 * Packages that few runs need, and that are imported when they are. In the bundle each is packed text that Node unpacks
 * and imports: code is read and compiled at every start whether it is ever run or not, and even text is read.
 */
export const deferredPackages: readonly string[] = ['@peculiar/x509', 'reflect-metadata'];

/** Takes the packages into the bundle as packed text where `import()` asks for them, each with what it imports. */
export function deferAsText(packages: readonly string[]): Plugin {
  const namespace = 'deferred';
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, kind, resolveDir }) =>
        kind === 'dynamic-import' && packages.includes(path) ? { path, namespace, pluginData: resolveDir } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace }, async ({ path, pluginData: resolveDir }) => ({
        contents: await unpacking(path, resolveDir),
        resolveDir,
      }));
    },
  };
}

/** A module with the exports of the package `name`. */
async function unpacking(name: string, resolveDir: string): Promise<string> {
  const { text, exports } = await bundled(name, resolveDir);
  const packed = JSON.stringify(gzipSync(text, { level: 9 }).toString('base64'));
  return `
import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
const text = gunzipSync(Buffer.from(${packed}, 'base64')).toString('base64');
export const { ${exports.join(', ')} } = await import('data:text/javascript;base64,' + text);
`;
}

async function bundled(name: string, resolveDir: string) {
  const { outputFiles, metafile } = await esbuild({
    stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const exports = Object.values(metafile.outputs).flatMap((output) => output.exports);
  return { text: outputFiles[0]?.text ?? '', exports };
}

import { gzipSync } from 'node:zlib';
import { type BuildOptions, build as esbuild, type Plugin } from 'esbuild';

/** A package that few runs need, with the names that are used of it; all where there are none. */
export interface Deferred {
  readonly name: string;
  readonly exports?: readonly string[];
}

/**
 * Packages that few runs need, and that are imported when they are. In the bundle each is packed text that Node unpacks
 * and imports: code is read and compiled at every start whether it is ever run or not, and even text is read.
 */
export const deferredPackages: readonly Deferred[] = [
  { name: '@peculiar/x509' },
  { name: 'reflect-metadata' },
  // A cluster of EKS has no kubeconfig, and few plugins have their configuration as YAML.
  { name: '@kubernetes/client-node', exports: ['KubeConfig'] },
  { name: 'js-yaml', exports: ['load'] },
];

/**
 * Takes the packages into the bundle as packed text where `import()` asks for them, each with what it imports.
 * @param options how those are bundled
 */
export function deferAsText(packages: readonly Deferred[], options: BuildOptions): Plugin {
  const namespace = 'deferred';
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, kind, resolveDir }) => {
        const found = kind === 'dynamic-import' && packages.find(({ name }) => name === path);
        return found ? { path, namespace, pluginData: { found, resolveDir } } : undefined;
      });
      build.onLoad({ filter: /.*/, namespace }, async ({ pluginData: { found, resolveDir } }) => ({
        contents: await unpacking({ ...options, stdin: { contents: importing(found), resolveDir } }),
        resolveDir,
      }));
    },
  };
}

function importing({ name, exports }: Deferred): string {
  return `export ${exports === undefined ? '*' : `{ ${exports.join(', ')} }`} from ${JSON.stringify(name)};`;
}

/** A module with the exports of a package. */
async function unpacking(options: BuildOptions): Promise<string> {
  const { outputFiles, metafile } = await esbuild({ ...options, legalComments: 'none', write: false, metafile: true });
  const text = outputFiles.find(({ path }) => !path.endsWith('.map'))?.text ?? '';
  const exports = Object.values(metafile.outputs).flatMap((output) => output.exports);
  const packed = JSON.stringify(gzipSync(text, { level: 9 }).toString('base64'));
  return `
import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
const text = gunzipSync(Buffer.from(${packed}, 'base64')).toString('base64');
export const { ${exports.join(', ')} } = await import('data:text/javascript;base64,' + text);
`;
}

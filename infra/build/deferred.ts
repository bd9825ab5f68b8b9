import { Buffer } from 'node:buffer';
import { build as esbuild, type Plugin } from 'esbuild';

/**
 * Packages that few runs need, and that are imported when they are. In the bundle each is a text, as a data: URL that
 * Node imports: a text costs next to nothing at the start, code is read and compiled whether it is ever run or not.
 */
export const deferredPackages: readonly string[] = ['@peculiar/x509', 'reflect-metadata'];

/** Puts the packages into `import()` as text, each with what it imports. */
export function deferAsText(packages: readonly string[]): Plugin {
  return {
    name: 'defer-as-text',
    setup(build) {
      const texts = new Map<string, Promise<string>>();
      build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import' || !packages.includes(path)) return undefined;
        const text = texts.get(path) ?? bundled(path, resolveDir);
        texts.set(path, text);
        return { path: `data:text/javascript;base64,${Buffer.from(await text).toString('base64')}`, external: true };
      });
    },
  };
}

async function bundled(name: string, resolveDir: string): Promise<string> {
  const { outputFiles } = await esbuild({
    stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

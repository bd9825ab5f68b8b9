import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Loader, type Plugin, transform } from 'esbuild';

const loaders: Readonly<Record<string, Loader>> = { '.ts': 'ts', '.js': 'js', '.mjs': 'js', '.cjs': 'js' };

/**
 * Makes plain functions of arrow functions. What begins like one V8 has to read as an expression first, and all of a bundle
 * is read at each start: without them that takes nine tenths of the time.
 */
export function withoutArrows(): Plugin {
  return {
    name: 'without-arrows',
    setup(build) {
      build.onLoad({ filter: /\.([mc]?js|ts)$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const loader = loaders[extname(path)];
        // esbuild means this for targets without classes: in one, `this` and `super` of an arrow function would become others.
        if (loader === undefined || /\b(class|super|new\s*\.\s*target)\b/.test(source)) return undefined;
        const { code } = await transform(source, {
          loader,
          target: 'node24',
          supported: { arrow: false },
          sourcefile: path,
          sourcemap: 'inline',
        });
        return { contents: code, loader: 'js' };
      });
    },
  };
}

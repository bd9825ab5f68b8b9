import { builtinModules, createRequire } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import type { Exclusion, NamedExclusion } from './exclusions.ts';

const require = createRequire(import.meta.url);

/** Loads, in place of each excluded module, one that throws an error with the module's name and the reason. */
export function exclude(exclusions: readonly Exclusion[]): Plugin {
  return {
    name: 'exclude',
    setup(build) {
      build.onLoad({ filter: /[\\/]node_modules[\\/]/ }, ({ path }) => {
        const exclusion = exclusions.find(({ module }) => isWithin(path, module));
        return exclusion && { contents: substituteFor(exclusion), loader: 'js' };
      });
    },
  };
}

/**
 * Lets esbuild drop unused modules of `packages`, as `"sideEffects": false` in their package.json would. Their relative
 * imports must name files in full.
 */
export function dropUnused(packages: readonly string[]): Plugin {
  const asking = Symbol('the question of this plugin');
  return {
    name: 'drop-unused',
    setup(build) {
      for (const name of packages) {
        build.onResolve(
          { filter: new RegExp(`^${name}(/|$)`) },
          async ({ path, importer, resolveDir, kind, pluginData }) => {
            if (pluginData === asking) return undefined;
            return {
              ...(await build.resolve(path, { importer, resolveDir, kind, pluginData: asking })),
              sideEffects: false,
            };
          },
        );
      }
      // Not by build.resolve: thousands of questions would make a build last minutes.
      build.onResolve({ filter: /^\.\.?\// }, ({ path, importer, resolveDir }) =>
        packages.some((name) => isWithin(importer, name))
          ? { path: join(resolveDir, path), sideEffects: false }
          : undefined,
      );
    },
  };
}

/**
 * Takes Node's own modules by require where the source imports them, and of each only the exports that are used. An
 * import statement reads every export of the module, and some are getters that load much of Node: `http.WebSocket` its
 * copy of undici, `util.setTraceSigInt` the workers. That is a quarter of the time a function needs to start.
 * A function that a getter gives is asked for when it is called.
 * @param excluded names that are left out
 */
export function requireNode(excluded: readonly NamedExclusion[]): Plugin {
  const namespace = 'required-node-module';
  const builtins = new Set(builtinModules);
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^(node:)?[a-z0-9_/]+$/ }, ({ path, kind }) => {
        const name = path.replace(/^node:/, '');
        if (kind !== 'import-statement' || !builtins.has(name)) return undefined;
        return { path: name, namespace, sideEffects: false };
      });
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: exportsOf(path, excluded) }));
    },
  };
}

/** An ES module of one of Node's: esbuild drops what it marks as pure and nobody imports. */
function exportsOf(builtin: string, exclusions: readonly NamedExclusion[]): string {
  const module: Readonly<Record<string, unknown>> = require(`node:${builtin}`);
  const names = Object.keys(module).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
  const excluded = exclusions.find((exclusion) => exclusion.module === builtin);
  const required = `require(${JSON.stringify(`node:${builtin}`)})`;
  const sourceOf = (name: string): string => {
    if (excluded?.names.includes(name)) return substituteOf(name, excluded);
    return isLate(builtin, name) ? `(...values) => ${required}.${name}(...values)` : `(() => node.${name})()`;
  };
  return [
    `const node = /* @__PURE__ */ (() => ${required})();`,
    'export { node as default };',
    ...names.map((name, index) => `const _${index} = /* @__PURE__ */ ${sourceOf(name)};`),
    `export { ${names.map((name, index) => `_${index} as ${name}`).join(', ')} };`,
  ].join('\n');
}

/** True for functions that are asked for when they are called; classes and all else have to be there before. */
function isLate(builtin: string, name: string): boolean {
  const module: object = require(`node:${builtin}`);
  const isGiven = Object.getOwnPropertyDescriptor(module, name)?.get !== undefined;
  return isGiven && typeof Object(module)[name] === 'function' && /^[a-z]/.test(name);
}

/** A class that nothing is an instance of, or a function that fails as its kind does: those of Node that we leave out are async. */
function substituteOf(name: string, exclusion: Exclusion): string {
  const refusal = refusalOf(exclusion);
  return /^[A-Z]/.test(name) ? `class { constructor() { ${refusal} } }` : `async () => { ${refusal} }`;
}

function isWithin(path: string, module: string): boolean {
  const [, inside] = path.replaceAll('\\', '/').split(/\/node_modules\/(?!.*\/node_modules\/)/);
  return inside === module || inside?.startsWith(`${module}/`) === true;
}

/** The source of a substitute: with names an ES module, else a CommonJS one that takes any use until it is called. */
function substituteFor({ module, names, reason }: Exclusion): string {
  const refuse = `function refuse() { ${refusalOf({ module, reason })} }`;
  if (names) return [refuse, ...names.map((name) => `export { refuse as ${name} };`)].join('\n');
  // Packages read, extend and sometimes construct what they import while they load; only a call is a use.
  return `${refuse}
const substitute = new Proxy(function () {}, {
  get: (target, key) => (key in target || typeof key === 'symbol' ? target[key] : substitute),
  apply: refuse,
  construct: () => substitute,
});
module.exports = substitute;`;
}

function refusalOf({ module, reason }: Exclusion): string {
  const refusal = `${module} was left out of this bundle: ${reason} (infra/build/exclusions.ts)`;
  return `throw new Error(${JSON.stringify(refusal)});`;
}

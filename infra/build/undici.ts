import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const folder = dirname(createRequire(import.meta.url).resolve('undici'));
const inUndici = (path: string): string => JSON.stringify(join(folder, 'lib', path));

/**
 * undici as it is used here: pools, and requests through one. Its index loads all that it has, `fetch` and WebSockets
 * among it, which is a fifth of the time that a function needs to start. What packages import beside that and never call
 * throws.
 */
const source = `
const Dispatcher = require(${inUndici('dispatcher/dispatcher.js')});
Dispatcher.prototype.request = require(${inUndici('api/api-request.js')});
function refuse() { throw new Error('undici was reduced to pools and requests (infra/build/undici.ts)'); }
module.exports = {
  Dispatcher,
  Agent: require(${inUndici('dispatcher/agent.js')}),
  Pool: require(${inUndici('dispatcher/pool.js')}),
  ProxyAgent: refuse,
  fetch: refuse,
};`;

/** Node's own loads the differ of its messages, and with that the terminal, for what undici asserts many times: a truth. */
const assertion = `module.exports = (truth, message) => {
  if (!truth) throw message instanceof Error ? message : new Error(message ?? 'undici: an assertion does not hold');
};`;

/** Loads the part of undici that is used in place of its index. */
export function undiciInPart(): Plugin {
  const namespace = 'undici-in-part';
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace }));
      build.onResolve({ filter: /^(node:)?assert$/ }, ({ importer }) =>
        importer.startsWith(folder) ? { path: 'assert', namespace } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: path === 'assert' ? assertion : source,
        loader: 'js',
        resolveDir: folder,
      }));
    },
  };
}

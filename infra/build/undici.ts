import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('undici'));
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
  getGlobalDispatcher: refuse,
};`;

/** Node's own loads the differ of its messages, and with that the terminal, for what undici asserts many times: a truth. */
const assertion = `module.exports = (truth, message) => {
  if (!truth) throw message instanceof Error ? message : new Error(message ?? 'undici: an assertion does not hold');
};`;

/**
 * Of Node's HTTP module undici asks how long headers may be, which is what Node takes unless told otherwise, and whether a
 * body is a request that a server got; here all bodies are text.
 */
const http = `module.exports = { maxHeaderSize: 16384, IncomingMessage: class IncomingMessage {} };`;

/** Of the tables that its parser is made from, undici reads two. */
const { TYPE, ERROR } = require(join(folder, 'lib/llhttp/constants.js'));
const constants = `module.exports = ${JSON.stringify({ TYPE, ERROR })};`;

const inPlace: Readonly<Record<string, string>> = { undici: source, assert: assertion, http, constants };

/** Loads the part of undici that is used in place of its index. */
export function undiciInPart(): Plugin {
  const namespace = 'undici-in-part';
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace }));
      build.onResolve({ filter: /^(node:)?(assert|http)$|llhttp\/constants\.js$/ }, ({ path, importer }) =>
        importer.startsWith(folder) ? { path: path.replace(/^node:|.*\/|\.js$/g, ''), namespace } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: inPlace[path] ?? '',
        loader: 'js',
        resolveDir: folder,
      }));
    },
  };
}

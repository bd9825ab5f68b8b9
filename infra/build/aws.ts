import type { Plugin } from 'esbuild';

/*
 * The module that makes the SDK's own HTTP handlers, for clients that are each given one: it takes that, and nothing else.
 * The real one has a function load Node's HTTP and HTTPS clients, servers and agents at each start.
 */
const source = `
export { streamCollector } from '@smithy/core/serde';
export const NodeHttpHandler = {
  create(given) {
    if (typeof given?.handle === 'function') return given;
    throw new Error("a function's client of AWS has to be given its requestHandler by lib/aws-http.ts");
  },
};`;

/** Leaves out of a function how the SDK would speak HTTP by itself. */
export function awsHttpAsGiven(): Plugin {
  const namespace = 'aws-http-as-given';
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^@smithy\/node-http-handler$/ }, ({ path, resolveDir }) => ({
        path,
        namespace,
        pluginData: resolveDir,
      }));
      build.onLoad({ filter: /.*/, namespace }, ({ pluginData: resolveDir }) => ({ contents: source, resolveDir }));
    },
  };
}

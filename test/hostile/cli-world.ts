import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/* All that the command line asks over HTTP: one cluster, Lambda, and an AWS that refuses whatever else it is asked. */

export interface CliWorld extends AsyncDisposable {
  readonly url: string;
  /** The items of each list of the cluster, by the plural of the kind. */
  items: ReadonlyMap<string, readonly unknown[]>;
  /** What functions answer, and whether that is a failure of theirs. */
  answer: unknown;
  failed: boolean;
  /** What AWS says where it refuses. */
  refusal: { readonly code: string; readonly message: string };
}

export async function startCliWorld(): Promise<CliWorld> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    request.resume();
    if (/^\/apis?\//.test(path)) {
      const items = world.items.get(path.split('/').at(-1) ?? '') ?? [];
      response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items }));
    } else if (path.endsWith('/invocations')) {
      response.writeHead(200, world.failed ? { 'x-amz-function-error': 'Unhandled' } : {});
      response.end(JSON.stringify(world.answer) ?? '');
    } else {
      const { code, message } = world.refusal;
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: code, message, Message: message }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const world: CliWorld = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // listening on TCP, so it is an AddressInfo
    items: new Map(),
    answer: null,
    failed: false,
    refusal: { code: 'AccessDenied', message: 'no' },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return world;
}

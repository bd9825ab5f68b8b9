import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isRecord } from '../../lib/engine/objects.ts';

/* All that the command line asks over HTTP: one cluster, Lambda, and an AWS that refuses whatever else it is asked. */

/** One request of the command line. */
export interface CliRequest {
  /** Of the world that is asked. */
  readonly url: string;
  readonly path: string;
  /** The operation of AWS, such as `AmazonSQS.GetQueueUrl`. */
  readonly target: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface CliWorld extends AsyncDisposable {
  readonly url: string;
  /** The items of each list of the cluster, by the plural of the kind. */
  items: ReadonlyMap<string, readonly unknown[]>;
  /** What functions answer, and whether that is a failure of theirs. */
  answer: unknown;
  failed: boolean;
  /** Asked before all else; undefined leaves the answer to the rest. */
  script: ((request: CliRequest) => { readonly said: unknown } | undefined) | undefined;
  /** What AWS says where it refuses. */
  refusal: { readonly code: string; readonly message: string };
}

export async function startCliWorld(): Promise<CliWorld> {
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const asked = recordIn(await text(request));
    const scripted = world.script?.({ url: world.url, path, target: targetOf(request), body: asked });
    if (scripted !== undefined) {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(scripted.said) ?? '');
    } else if (/^\/apis?\//.test(path)) {
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
    script: undefined,
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

function targetOf({ headers }: IncomingMessage): string | undefined {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? target : undefined;
}

function recordIn(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { depot } from '../forward/fixture.ts';
import { createTransport } from './transport.ts';
import { createWatch, defaultTiming, type Restart, type WatchHandler } from './watch.ts';

// Here the API server is a script: what a healthy one does rarely, and what a proxy in between does.

type Script = (response: ServerResponse, watch: number) => void;

const line = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;
const object = (name: string, resourceVersion: string) => ({ metadata: { name, uid: name, resourceVersion } });

async function play(script: Script, timing: Partial<typeof defaultTiming> = {}) {
  const versions: (string | null)[] = [];
  const timeouts: number[] = [];
  let lists = 0;
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    if (query.get('watch') === null) {
      lists += 1;
      return response.end(JSON.stringify({ metadata: { resourceVersion: `list-${lists}` }, items: [] }));
    }
    versions.push(query.get('resourceVersion'));
    timeouts.push(Number(query.get('timeoutSeconds')));
    return script(response, versions.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const seen: string[] = [];
  const restarts: Restart[] = [];
  const waits: number[] = [];
  const errors: string[] = [];
  const handler: WatchHandler = {
    known: () => [],
    seen: ({ metadata }) => seen.push(metadata.name),
    gone: ({ name }) => seen.push(`-${name}`),
    listed() {},
    restarted(reason, error) {
      restarts.push(reason);
      if (error instanceof Error) errors.push(error.message);
    },
  };
  const transport = createTransport({
    cluster: 'prod',
    credentials: {
      access: async () => ({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tls: {} }),
      refresh() {},
    },
    timeoutMs: 5_000,
    userAgent: 'test',
  });
  const stop = new AbortController();
  const loop = createWatch(transport, {
    timing: { ...defaultTiming, backoff: { firstMs: 100, largestMs: 1000, random: () => 1 }, ...timing },
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
  const running = loop({ resource: depot.resource }, handler, stop.signal);
  return {
    versions,
    timeouts,
    seen,
    restarts,
    waits,
    errors,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      await transport.close();
      server.close().closeAllConnections();
    },
  };
}

const hold: Script = (response) => response.writeHead(200).flushHeaders();

describe('a watch', () => {
  it('goes on from its last bookmark', async () => {
    await using played = await play((response, watch) => {
      if (watch > 1) return hold(response, watch);
      response.write(line('ADDED', object('a', '5')));
      response.end(line('BOOKMARK', { metadata: { resourceVersion: '9' } }));
    });

    await vi.waitFor(() => expect(played.versions).toEqual(['list-1', '9']));
    expect(played.seen).toEqual(['a']);
    expect(played.restarts).toEqual(['ended']);
  });

  it('lists again where an event says 410', async () => {
    await using played = await play((response, watch) => {
      if (watch > 1) return hold(response, watch);
      response.end(
        line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }),
      );
    });

    await vi.waitFor(() => expect(played.versions).toEqual(['list-1', 'list-2']));
    expect(played.restarts).toEqual(['expired']);
    expect(played.errors[0]).toBe('watch Depot in cluster "prod": too old resource version');
  });

  it('lists again where an event says that the watch can not go on', async () => {
    await using played = await play((response, watch) => {
      if (watch > 1) hold(response, watch);
      else response.end(line('ERROR', { kind: 'Status', code: 500, message: 'unable to decode an object' }));
    });

    await vi.waitFor(() => expect(played.versions).toEqual(['list-1', 'list-2']));
    expect(played.restarts).toEqual(['refused']);
  });

  it('reads events whatever pieces they come in, and none that was cut off', async () => {
    const bytes = Buffer.from(line('ADDED', object('größe', '1')) + line('DELETED', object('größe', '2')));
    await using played = await play((response, watch) => {
      if (watch > 1) return hold(response, watch);
      const pieces = [...bytes].map((byte) => Buffer.from([byte]));
      const next = (): void => {
        const piece = pieces.shift();
        if (piece === undefined) response.end('{"type":"ADDED","object":{"metadata":{"name":"cut');
        else response.write(piece, next);
      };
      next();
    });

    await vi.waitFor(() => expect(played.versions).toHaveLength(2));
    expect(played.seen).toEqual(['größe', '-größe']);
    expect(played.versions[1]).toBe('2');
  });

  it('gives a connection up on which nothing is heard', async () => {
    await using played = await play(hold, { silenceMs: 30 });

    await vi.waitFor(() => expect(played.versions.length).toBeGreaterThan(1), 10_000);
    expect(played.restarts[0]).toBe('cut');
    expect(played.errors[0]).toMatch(/UND_ERR_BODY_TIMEOUT/);
  });

  it('asks less and less often while it is refused, and no longer than told', async () => {
    await using played = await play((response, watch) => {
      if (watch === 6) response.writeHead(429, { 'retry-after': '5' }).end();
      else if (watch > 6) hold(response, watch);
      else response.writeHead(500).end();
    });

    await vi.waitFor(() => expect(played.versions).toHaveLength(7));
    expect(played.waits).toEqual([100, 200, 400, 800, 1000, 5000]);
    expect(new Set(played.restarts)).toEqual(new Set(['refused']));
  });

  it('asks less and less often where each watch ends at once, and quickly again after an event', async () => {
    await using played = await play((response, watch) => {
      if (watch > 4) hold(response, watch);
      else response.end(watch === 3 ? line('MODIFIED', object('a', '7')) : '');
    });

    await vi.waitFor(() => expect(played.versions).toHaveLength(5));
    expect(played.waits).toEqual([100, 200, 100, 200]);
  });

  it.each([
    { reason: 'no JSON', text: 'hello\n' },
    { reason: 'an unknown type', text: line('EXPLODED', object('a', '1')) },
    { reason: 'no object', text: line('ADDED', { metadata: { name: 'a' } }) },
    { reason: 'a bookmark without a version', text: line('BOOKMARK', {}) },
    { reason: 'a bookmark with an empty version', text: line('BOOKMARK', { metadata: { resourceVersion: '' } }) },
    {
      reason: 'an object whose finalizers are none',
      text: line('ADDED', { metadata: { name: 'a', uid: 'a', resourceVersion: '1', finalizers: 'x' } }),
    },
  ])('is begun anew where a line is $reason', async ({ text }) => {
    await using played = await play((response, watch) => (watch > 1 ? hold(response, watch) : response.end(text)));

    // From the same version on the same line would come again.
    await vi.waitFor(() => expect(played.versions).toEqual(['list-1', 'list-2']));
    expect(played.seen).toEqual([]);
    expect(played.restarts).toEqual(['cut']);
  });

  it('lists again where its version is refused', async () => {
    await using played = await play((response, watch) => {
      if (watch > 1) hold(response, watch);
      else
        response.writeHead(400).end(JSON.stringify({ kind: 'Status', code: 400, message: 'invalid resource version' }));
    });

    await vi.waitFor(() => expect(played.versions).toEqual(['list-1', 'list-2']));
    expect(played.restarts).toEqual(['refused']);
  });

  it('waits five minutes at most, whatever it is told', async () => {
    await using played = await play((response, watch) => {
      if (watch > 1) hold(response, watch);
      else response.writeHead(429, { 'retry-after': '9'.repeat(400) }).end();
    });

    await vi.waitFor(() => expect(played.waits).toEqual([300_000]));
  });

  it('asks for ends at different times', async () => {
    await using played = await play((response, watch) => (watch > 20 ? hold(response, watch) : response.end()));

    await vi.waitFor(() => expect(played.timeouts).toHaveLength(21));
    expect(Math.min(...played.timeouts)).toBeGreaterThanOrEqual(300);
    expect(Math.max(...played.timeouts)).toBeLessThanOrEqual(600);
    expect(new Set(played.timeouts).size).toBeGreaterThan(5);
  });
});

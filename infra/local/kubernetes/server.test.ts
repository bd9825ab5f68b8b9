import { describe, expect, it } from 'vitest';
import { at, listOf, textOf } from './json.ts';
import { configMap, configMaps, start } from './testing/embedded.ts';

describe('the log of requests', () => {
  it('tells who did what, in order', async () => {
    await using started = await start({ clock: () => new Date('2026-01-01T00:00:00Z') });
    const { server, api } = started;
    await api.send('POST', `${configMaps}?dryRun=All`, { body: configMap('a') });
    await api.send('GET', `${configMaps}/a`);
    await api.send('GET', '/healthz');

    expect(server.requests).toMatchObject([
      {
        user: 'kubernetes-admin',
        verb: 'create',
        resource: 'configmaps',
        namespace: 'default',
        dryRun: true,
        status: 201,
      },
      { verb: 'get', group: '', version: 'v1', resource: 'configmaps', name: 'a', dryRun: false, status: 404 },
      { verb: 'get', resource: '', path: '/healthz', status: 200, at: Date.parse('2026-01-01T00:00:00Z') },
    ]);
    server.resetRequests();
    expect(server.requests).toEqual([]);
  });
});

describe('an injected fault', () => {
  it('answers in place of the work', async () => {
    await using started = await start();
    const { server, api } = started;
    server.setFault(({ verb }) =>
      verb === 'create' ? { status: 429, reason: 'TooManyRequests', retryAfter: 7 } : undefined,
    );

    const refused = await api.send('POST', configMaps, { body: configMap('a') });
    server.setFault(undefined);

    expect([refused.status, refused.body['reason'], refused.headers['retry-after']]).toEqual([
      429,
      'TooManyRequests',
      '7',
    ]);
    expect((await api.send('GET', `${configMaps}/a`)).status).toBe(404);
  });

  it('cuts the connection before the work, or after it', async () => {
    await using started = await start();
    const { server, api } = started;
    server.setFault(({ verb }) => (verb === 'create' ? 'reset' : undefined));
    await expect(api.send('POST', configMaps, { body: configMap('before') })).rejects.toThrow(/hang up|ECONNRESET/);
    server.setFault(({ verb }) => (verb === 'create' ? 'reset-after' : undefined));
    await expect(api.send('POST', configMaps, { body: configMap('after') })).rejects.toThrow(/hang up|ECONNRESET/);
    server.setFault(undefined);

    expect((await api.send('GET', `${configMaps}/before`)).status).toBe(404);
    expect((await api.send('GET', `${configMaps}/after`)).status).toBe(200);
  });

  it.each([
    ['nothing', 'hang', 404],
    ['all', 'hang-after', 200],
  ] as const)('never answers, and has done %s', async (_, fault, found) => {
    await using started = await start();
    const { server, api } = started;
    const hanging = Promise.withResolvers<void>();
    server.setFault(({ verb }) => {
      if (verb !== 'create') return undefined;
      hanging.resolve();
      return fault;
    });
    const asked = api.send('POST', configMaps, { body: configMap('a') }).then(
      () => 'answered',
      () => 'cut',
    );
    await hanging.promise;

    expect((await api.send('GET', `${configMaps}/a`)).status).toBe(found);
    expect(server.requests.at(-2)?.status).toBe(0);
    await server.stop();
    expect(await asked).toBe('cut');
  });
});

describe('watches', () => {
  it('can be cut', async () => {
    await using started = await start();
    const { server, api } = started;
    const open = await api.watch(`${configMaps}?watch=true`);

    server.dropWatches();

    expect(await open.ended()).toEqual([]);
  });

  it('expire together with everything that is older', async () => {
    await using started = await start();
    const { server, api } = started;
    await api.send('POST', configMaps, { body: configMap('a') });
    const { body: page } = await api.send('GET', '/api/v1/namespaces?limit=1');
    const version = textOf(at(page, 'metadata', 'resourceVersion')) ?? '';
    await api.send('POST', configMaps, { body: configMap('b') });

    server.expireWatches();
    const token = encodeURIComponent(textOf(at(page, 'metadata', 'continue')) ?? '');
    const next = await api.send('GET', `/api/v1/namespaces?limit=1&continue=${token}`);
    const inconsistent = textOf(at(next.body, 'metadata', 'continue')) ?? '';
    const rest = await api.send('GET', `/api/v1/namespaces?continue=${encodeURIComponent(inconsistent)}`);
    const [event] = await (await api.watch(`${configMaps}?watch=true&resourceVersion=${version}`)).ended();

    expect([next.status, next.body['reason']]).toEqual([410, 'Expired']);
    expect(listOf(rest.body['items'])).toHaveLength(3);
    expect([event?.type, at(event?.object, 'reason')]).toEqual(['ERROR', 'Expired']);
  });

  it('keep as much history as they are told to', async () => {
    await using started = await start({ maxWatchEvents: 3 });
    const { api } = started;
    const versions: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const { body } = await api.send('POST', configMaps, { body: configMap(name) });
      versions.push(textOf(at(body, 'metadata', 'resourceVersion')) ?? '');
    }

    const old = await api.watch(`${configMaps}?watch=true&resourceVersion=${versions[0]}`);
    const recent = await api.watch(`${configMaps}?watch=true&resourceVersion=${versions[1]}`);

    expect((await old.ended()).map(({ type }) => type)).toEqual(['ERROR']);
    expect((await recent.events(3)).map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ADDED']);
    recent.close();
  });
});

describe('many objects', () => {
  it('are listed in time that grows with their number, not faster', async () => {
    await using started = await start();
    const { api } = started;
    const collection = (count: number): Promise<number> =>
      timed(async () => {
        const { body } = await api.send('GET', `${configMaps}?limit=${count}`);
        expect(body['items']).toHaveLength(count);
      });
    const names = Array.from({ length: 3_000 }, (_, index) => `c${String(index).padStart(5, '0')}`);
    for (let index = 0; index < names.length; index += 50) {
      const batch = names.slice(index, index + 50);
      await Promise.all(
        batch.map((name) => api.send('POST', configMaps, { body: configMap(name, { text: 'x'.repeat(200) }) })),
      );
    }
    await collection(3_000); // the first list makes the texts that later ones reuse

    const small = await collection(300);
    const large = await collection(3_000);

    expect(large / small).toBeLessThan(50);
  });
});

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, it, vi } from 'vitest';
import { KonnectError } from '../engine/errors.ts';
import type { Account, KonnectCall } from '../engine/ports.ts';
import { Sensitive } from '../sensitive.ts';
import { type CallReport, createKonnect, type KonnectClient, type KonnectOptions } from './client.ts';
import { json, serve } from './test-server.ts';

const canary = 'kpat_canary0123456789';
const account: Account = {
  token: new Sensitive(canary),
  serverURL: 'https://us.api.konghq.com',
  organizationId: 'org-1',
};
const get: KonnectCall = { method: 'GET', path: '/v2/control-planes' };
const uuid = '7f9fd312-a987-4628-b4c5-bb4f4fddd5f7';

interface Rig extends AsyncDisposable {
  readonly konnect: KonnectClient;
  readonly logged: readonly unknown[];
  readonly reports: readonly CallReport[];
  /** Moves the clock of the client. */
  later(seconds: number): void;
}

function client(options: Partial<KonnectOptions> = {}): Rig {
  let now = Date.parse('2026-08-01T10:00:00Z');
  const logged: unknown[] = [];
  const reports: CallReport[] = [];
  const write = (message: string, fields?: object): void => void logged.push({ message, ...fields });
  const konnect = createKonnect({
    allowedHosts: [],
    clock: { now: () => new Date(now) },
    log: { debug: write, info: write, warn: write, error: write },
    userAgent: 'konnect-reconciler/test',
    onCall: (report) => void reports.push(report),
    ...options,
  });
  return {
    konnect,
    logged,
    reports,
    later(seconds) {
      now += seconds * 1000;
    },
    [Symbol.asyncDispose]: () => konnect.close(),
  };
}

async function failureOf(work: Promise<unknown>): Promise<KonnectError> {
  const error = await work.then(
    () => assert.fail('the call must fail'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof KonnectError, inspect(error));
  assert.doesNotMatch(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }), /canary/);
  return error;
}

describe('a request', () => {
  it('has what Konnect needs and nothing that invites a compressed answer', async () => {
    await using server = await serve((_, response) => json(response, 200, { data: [] }));
    await using rig = client({ endpointURL: server.url });
    await rig.konnect.call(account, { ...get, query: { 'page[size]': '1', tags: 'a:b,c/d' } });
    const [request] = server.requests;
    assert.equal(request?.url, '/v2/control-planes?page%5Bsize%5D=1&tags=a%3Ab%2Cc%2Fd');
    const { connection, ...headers } = request?.headers ?? {};
    assert.equal(connection, 'keep-alive');
    assert.deepEqual(headers, {
      host: 'us.api.konghq.com',
      accept: 'application/json',
      authorization: `Bearer ${canary}`,
      'user-agent': 'konnect-reconciler/test',
    });
  });

  it('carries its body as JSON', async () => {
    await using server = await serve((request, response) => json(response, 201, JSON.parse(request.body)));
    await using rig = client({ endpointURL: server.url });
    const body = { name: 'ü', labels: {} };
    assert.deepEqual(await rig.konnect.call(account, { method: 'POST', path: '/v2/control-planes', body }), body);
    assert.equal(server.requests[0]?.headers['content-type'], 'application/json');
  });

  for (const { serverURL, host, goesTo, path } of [
    {
      serverURL: 'https://eu.api.konghq.com',
      host: 'regional',
      goesTo: 'eu.api.konghq.com',
      path: '/v2/control-planes',
    },
    {
      serverURL: 'https://eu.api.konghq.com',
      host: 'global',
      goesTo: 'global.api.konghq.com',
      path: '/v2/control-planes',
    },
    {
      serverURL: 'https://us.svc.konghq.com',
      host: 'regional',
      goesTo: 'us.svc.konghq.com',
      path: '/api/v2/control-planes',
    },
  ] as const) {
    it(`of the ${host} host of ${serverURL} goes to ${goesTo}${path}`, async () => {
      await using server = await serve((_, response) => json(response, 200, { data: [] }));
      await using rig = client({ endpointURL: server.url });
      await rig.konnect.call({ ...account, serverURL }, { ...get, host });
      assert.deepEqual([server.requests[0]?.headers.host, server.requests[0]?.url], [goesTo, path]);
    });
  }

  it('of a list goes to the global host where asked', async () => {
    await using server = await serve((_, response) => json(response, 200, { data: [{ id: 'a' }] }));
    await using rig = client({ endpointURL: server.url });
    const found = [];
    for await (const item of rig.konnect.list(account, { path: '/v2/cloud-gateways/networks', host: 'global' })) {
      found.push(item);
    }
    assert.deepEqual(found, [{ id: 'a' }]);
    assert.equal(server.requests[0]?.headers.host, 'global.api.konghq.com');
  });

  it('is not made where the server is not allowed, the token no header, or the path not encoded', async () => {
    await using server = await serve((_, response) => json(response, 200, {}));
    await using rig = client({ endpointURL: server.url });
    const elsewhere = await failureOf(rig.konnect.call({ ...account, serverURL: 'https://evil.example' }, get));
    assert.deepEqual([elsewhere.failure, elsewhere.status], ['invalid', undefined]);
    for (const token of ['', 'kpat_canary\r\nx: y', 'kpat_canary ü', 'kpat_canary x']) {
      const refused = await failureOf(rig.konnect.call({ ...account, token: new Sensitive(token) }, get));
      assert.equal(refused.failure, 'unauthenticated');
    }
    for (const path of ['v2', '/v2/../x', '/v2//x', '/v2/a b', '/v2?x=1', '/v2#x', '/v2/.', '/']) {
      await assert.rejects(rig.konnect.call(account, { ...get, path }), TypeError, path);
    }
    assert.equal(server.requests.length, 0);
  });
});

describe('an answer', () => {
  for (const { reason, method, status, body } of [
    { reason: '204', method: 'PUT', status: 204, body: '' },
    { reason: 'a delete without content', method: 'DELETE', status: 200, body: '' },
  ] as const) {
    it(`is nothing: ${reason}`, async () => {
      await using server = await serve((_, response) => response.writeHead(status).end(body));
      await using rig = client({ endpointURL: server.url });
      assert.equal(await rig.konnect.call(account, { method, path: '/v2/x' }), undefined);
    });
  }

  for (const { reason, body, headers = {} } of [
    { reason: 'an empty body after a create (T6)', body: '' },
    { reason: 'a page of some proxy', body: '<html>' },
    { reason: 'JSON cut short', body: '{"id":' },
    { reason: 'JSON that is no object', body: '"ok"' },
    { reason: 'compression that nobody asked for', body: gzipSync('{}'), headers: { 'content-encoding': 'gzip' } },
  ]) {
    it(`is unintelligible: ${reason}`, async () => {
      await using server = await serve((_, response) => response.writeHead(201, headers).end(body));
      await using rig = client({ endpointURL: server.url });
      const error = await failureOf(rig.konnect.call(account, { method: 'POST', path: '/v2/x', body: {} }));
      assert.deepEqual([error.failure, error.status], ['unintelligible', 201]);
      assert.equal(server.requests.length, 1);
    });
  }

  it('longer than 8 MiB is not read', async () => {
    await using server = await serve((_, response) => {
      const piece = Buffer.alloc(1024 * 1024, ' ');
      const pour = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', pour);
      pour();
    });
    await using rig = client({ endpointURL: server.url });
    const error = await failureOf(rig.konnect.call(account, get));
    assert.equal(error.failure, 'unintelligible');
    assert.match(error.message, /too large/);
  });

  it('that refuses at great length is cut, not an error of its own', async () => {
    await using server = await serve((_, response) => response.writeHead(403).end('x'.repeat(10_000_000)));
    await using rig = client({ endpointURL: server.url });
    assert.equal((await failureOf(rig.konnect.call(account, get))).failure, 'forbidden');
  });

  it('that redirects is not followed', async () => {
    await using server = await serve((_, response) => response.writeHead(307, { location: '/elsewhere' }).end());
    await using rig = client({ endpointURL: server.url });
    const error = await failureOf(rig.konnect.call(account, get));
    assert.deepEqual([error.failure, error.status], ['unavailable', 307]);
    assert.equal(server.requests.length, 1);
  });

  it('quotes no secret of the request, in the error and in the logs', async () => {
    await using server = await serve((request, response) => {
      json(response, 400, {
        code: 3,
        message: 'validation error',
        details: [{ type: 'x', field: 'key', messages: [request.body, `${request.headers.authorization}`] }],
      });
    });
    await using rig = client({ endpointURL: server.url });
    const body = { key: 'canary-key', config: { client_secret: 'canary-secret' }, name: 'plain' };
    const error = await failureOf(rig.konnect.call(account, { method: 'PUT', path: '/v2/x', body }));
    assert.match(error.message, /plain/, 'what is no secret is told');
    assert.doesNotMatch(inspect([rig.logged, rig.reports], { depth: 9 }), /canary/);
  });
});

describe('time limits', () => {
  it('end a call that is never answered', async () => {
    await using server = await serve(() => undefined);
    await using rig = client({ endpointURL: server.url, timeoutMs: 100 });
    const error = await failureOf(rig.konnect.call(account, get));
    assert.equal(error.failure, 'unreachable');
    assert.match(error.message, /the time limit passed$/);
    assert.equal(server.requests.length, 1, 'and it is not tried again');
  });

  it('end an answer that trickles', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const trickle = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(trickle));
    });
    await using rig = client({ endpointURL: server.url, timeoutMs: 100 });
    assert.match((await failureOf(rig.konnect.call(account, get))).message, /the time limit passed$/);
  });
});

describe('connections', () => {
  it('are kept for the next call, and replaced after a long idle time', async () => {
    await using server = await serve((_, response) => json(response, 200, {}));
    await using rig = client({ endpointURL: server.url });
    for (const { wait, made } of [
      { wait: 0, made: 1 },
      { wait: 29, made: 1 },
      { wait: 31, made: 2 },
    ]) {
      rig.later(wait);
      await rig.konnect.call(account, { method: 'PUT', path: '/v2/x', body: {} });
      assert.equal(server.connections.made, made);
    }
    await vi.waitFor(() => assert.equal(server.connections.open, 1));
  });

  it('that break under a GET on a reused socket cost one more try', async () => {
    await using server = await serve((request, response, nth) => {
      if (nth === 2) request.socket.resetAndDestroy();
      else json(response, 200, { nth });
    });
    await using rig = client({ endpointURL: server.url });
    await rig.konnect.call(account, get);
    assert.deepEqual(await rig.konnect.call(account, get), { nth: 3 });
  });

  for (const { reason, method, breaks, requests } of [
    { reason: 'a write on a reused socket (T7)', method: 'PUT', breaks: [2], requests: 2 },
    { reason: 'a GET on a new socket', method: 'GET', breaks: [1], requests: 1 },
    { reason: 'a GET for the second time', method: 'GET', breaks: [2, 3], requests: 3 },
  ] as const) {
    it(`that break are the queue's business: ${reason}`, async () => {
      await using server = await serve((request, response, nth) => {
        if (breaks.some((broken) => broken === nth)) request.socket.resetAndDestroy();
        else json(response, 200, {});
      });
      await using rig = client({ endpointURL: server.url });
      const call = (): Promise<unknown> => rig.konnect.call(account, { method, path: '/v2/x' });
      if (breaks[0] > 1) await call();
      const error = await failureOf(call());
      assert.equal(error.failure, 'unreachable');
      assert.match(error.message, /the connection was cut$/);
      assert.equal(server.requests.length, requests);
    });
  }

  it('that break inside an answer leave the outcome open', async () => {
    await using server = await serve((request, response) => {
      response.writeHead(201, { 'content-length': '100' });
      response.write('{"id"', () => request.socket.resetAndDestroy());
    });
    await using rig = client({ endpointURL: server.url });
    const error = await failureOf(rig.konnect.call(account, { method: 'POST', path: '/v2/x', body: {} }));
    assert.equal(error.failure, 'unreachable');
    assert.equal(server.requests.length, 1);
  });

  it('are refused by nobody listening', async () => {
    const server = await serve(() => undefined);
    await server[Symbol.asyncDispose]();
    await using rig = client({ endpointURL: server.url });
    assert.match((await failureOf(rig.konnect.call(account, get))).message, /the connection was refused$/);
  });

  it('are kept to a bounded number of servers', async () => {
    await using server = await serve((_, response) => json(response, 200, {}));
    const allowedHosts = Array.from({ length: 20 }, (_, index) => `h${index}.example`);
    await using rig = client({ endpointURL: server.url, allowedHosts });
    for (const host of allowedHosts) await rig.konnect.call({ ...account, serverURL: `https://${host}` }, get);
    await vi.waitFor(() => assert.equal(server.connections.open, 16));
  });

  it('end with the client', async () => {
    await using server = await serve((_, response) => json(response, 200, {}));
    const rig = client({ endpointURL: server.url });
    await rig.konnect.call(account, get);
    await rig.konnect.close();
    await vi.waitFor(() => assert.equal(server.connections.open, 0));
  });
});

describe('names', () => {
  const inside: LookupFunction = (_hostname, { all }, callback) =>
    all === true ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);

  it('that lead inside are not followed, though they are Konnect names', async () => {
    await using server = await serve((_, response) => json(response, 200, {}));
    const host = `inside.example:${server.port}`;
    await using rig = client({ lookup: inside });
    const error = await failureOf(rig.konnect.call(account, get));
    assert.equal(error.failure, 'unreachable');
    assert.match(error.message, /resolves to an internal address/);
    await using trusting = client({ lookup: inside, allowedHosts: [host] });
    const vouched = await failureOf(trusting.konnect.call({ ...account, serverURL: `https://${host}` }, get));
    assert.doesNotMatch(
      vouched.message,
      /internal/,
      'a host of the allow-list is connected to (and is no TLS server here)',
    );
    assert.equal(server.connections.made, 1);
  });

  it('that do not exist are told', async () => {
    const nowhere: LookupFunction = (_h, _o, callback) =>
      callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), '');
    await using rig = client({ lookup: nowhere });
    assert.match((await failureOf(rig.konnect.call(account, get))).message, /the host name does not exist$/);
  });
});

describe('limits', () => {
  it('let four calls of an organisation through at a time, the others in turn', async () => {
    const held: ServerResponse[] = [];
    let most = 0;
    await using server = await serve((_, response) => {
      held.push(response);
      most = Math.max(most, held.length);
      // Late enough that a fifth call, were there one, would have come.
      if (held.length === 4) setTimeout(() => held.splice(0).map((each) => json(each, 200, {})), 20);
    });
    await using rig = client({ endpointURL: server.url });
    await Promise.all(Array.from({ length: 20 }, () => rig.konnect.call(account, get)));
    assert.equal(most, 4);
    assert.equal(server.requests.length, 20);
  });

  it('make all of the organisation wait after a 429, whatever the token, and nobody else (T34)', async () => {
    await using server = await serve((_, response, nth) => {
      if (nth === 1) json(response, 429, { message: 'API rate limit exceeded' }, { 'retry-after': '77' });
      else json(response, 200, {});
    });
    await using rig = client({ endpointURL: server.url });
    const first = await failureOf(rig.konnect.call(account, get));
    assert.deepEqual([first.failure, first.status, first.retryAfterSeconds], ['rate-limited', 429, 77]);
    rig.later(70);
    const second = await failureOf(rig.konnect.call({ ...account, token: new Sensitive('kpat_canary2') }, get));
    assert.deepEqual([second.failure, second.status, second.retryAfterSeconds], ['rate-limited', undefined, 7]);
    await rig.konnect.call({ ...account, organizationId: 'org-2' }, get);
    rig.later(7);
    await rig.konnect.call(account, get);
    assert.equal(server.requests.length, 3);
  });

  it('go by the token before the organisation is known', async () => {
    await using server = await serve((_, response, nth) => json(response, nth === 1 ? 429 : 200, {}));
    await using rig = client({ endpointURL: server.url });
    const { organizationId: _, ...unknown } = account;
    await failureOf(rig.konnect.call(unknown, get));
    assert.equal((await failureOf(rig.konnect.call(unknown, get))).retryAfterSeconds, 15);
    await rig.konnect.call({ ...unknown, token: new Sensitive('kpat_canary2') }, get);
    assert.equal(server.requests.length, 2);
  });
});

it('reports each call with an operation that has no ids, and logs it', async () => {
  await using server = await serve((_, response, nth) => {
    if (nth === 1) json(response, 200, {});
    else json(response, 503, { instance: 'kong:trace:1', detail: 'down' });
  });
  await using rig = client({ endpointURL: server.url });
  const call: KonnectCall = {
    method: 'PUT',
    path: `/v2/control-planes/${uuid}/core-entities/services/${uuid}`,
    body: {},
  };
  await rig.konnect.call(account, call);
  await failureOf(rig.konnect.call(account, call));
  const common = {
    method: 'PUT',
    operation: 'PUT /v2/control-planes/{id}/core-entities/services/{id}',
    host: 'us.api.konghq.com',
  };
  const told = rig.reports.map(({ milliseconds, ...report }) => ({ ...report, timed: milliseconds >= 0 }));
  assert.deepEqual(told, [
    { ...common, status: 200, timed: true },
    { ...common, status: 503, failure: 'unavailable', timed: true },
  ]);
  const [first, second] = rig.reports;
  assert.deepEqual(rig.logged, [
    { message: 'konnect call', ...first, path: call.path },
    { message: 'konnect call failed', ...second, path: call.path, traceId: 'kong:trace:1' },
  ]);
});

it('takes only an origin as its endpoint', () => {
  assert.throws(() => client({ endpointURL: 'http://127.0.0.1:1/x' }), /without a path/);
  assert.throws(() => client({ endpointURL: 'localhost:1' }), /http\(s\)/);
});

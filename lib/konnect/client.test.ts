import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { Sensitive } from '../sensitive.ts';
import { account, canary, client, failureOf, get } from './test-client.ts';
import { json, serve } from './test-server.ts';

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

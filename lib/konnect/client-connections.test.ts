import assert from 'node:assert/strict';
import type { LookupFunction } from 'node:net';
import { describe, it, vi } from 'vitest';
import { account, client, failureOf, get } from './test-client.ts';
import { json, serve } from './test-server.ts';

describe('time limits', () => {
  it('end a call that is never answered', async () => {
    await using server = await serve(() => undefined);
    await using rig = client({ endpointURL: server.url, timeoutMs: 100 });
    const error = await failureOf(rig.konnect.call(account, get));
    assert.equal(error.failure, 'unreachable');
    assert.match(error.message, /the time limit passed$/);
    // On a busy machine the time may be over before the request was even read.
    assert.ok(server.requests.length <= 1, 'and it is not tried again');
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

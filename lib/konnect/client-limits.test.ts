import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'vitest';
import type { KonnectCall } from '../engine/ports.ts';
import { Sensitive } from '../sensitive.ts';
import { account, client, failureOf, get } from './test-client.ts';
import { json, serve } from './test-server.ts';

const uuid = '7f9fd312-a987-4628-b4c5-bb4f4fddd5f7';

describe('limits', () => {
  it('let one call of an organisation through at a time, the others in turn', async () => {
    const held: ServerResponse[] = [];
    let most = 0;
    await using server = await serve((_, response) => {
      held.push(response);
      most = Math.max(most, held.length);
      // Late enough that a second call, were there one, would have come.
      if (held.length === 1) setTimeout(() => held.splice(0).map((each) => json(each, 200, {})), 20);
    });
    await using rig = client({ endpointURL: server.url });
    await Promise.all(Array.from({ length: 20 }, () => rig.konnect.call(account, get)));
    assert.equal(most, 1);
    assert.equal(server.requests.length, 20);
  });

  it('make all of the organisation wait after a 429, whatever the token, and nobody else (T34)', async () => {
    await using server = await serve((_, response, nth) => {
      if (nth === 1)
        json(response, 429, { message: 'API rate limit exceeded' }, { 'retry-after': '77', 'ratelimit-reset': '48' });
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

  it('refuse a path without end before anything is sent', async () => {
    await using server = await serve((_, response) => json(response, 200, {}));
    await using rig = client({ endpointURL: server.url });
    const endless = { ...get, path: `/v2/control-planes/${'h'.repeat(200_000)}` };
    const refused = await failureOf(rig.konnect.call(account, endless));
    assert.equal(refused.failure, 'invalid');
    assert.match(refused.message, /^an id or a name of 200\d+ characters can not be part of a Konnect path .{90,120}$/);
    assert.equal(server.requests.length, 0);
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

it('reads no list whose pages are all right and never end', async () => {
  const page = 'x'.repeat(6 * 1024 * 1024);
  await using server = await serve((_, response, nth) => json(response, 200, { data: [{ page }], offset: `o${nth}` }));
  await using rig = client({ endpointURL: server.url });
  const all = async () => {
    for await (const _ of rig.konnect.list(account, { path: '/v2/x' })) void _;
  };
  assert.equal((await failureOf(all())).failure, 'unintelligible');
  assert.equal(server.requests.length, 11);
});

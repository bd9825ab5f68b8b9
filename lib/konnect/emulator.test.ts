import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'vitest';
import {
  type KonnectOptions as EmulatorOptions,
  type LocalKonnect,
  startKonnect,
} from '../../infra/local/konnect/server.ts';
import type { KonnectError, KonnectFailure } from '../engine/errors.ts';
import { isRecord } from '../engine/objects.ts';
import type { KonnectClient } from './client.ts';
import { difference } from './normalise.ts';
import { pathOf } from './path.ts';
import { canary, client, failureOf as errorOf, type Rig, account as usual } from './test-client.ts';

const serviceId = '2f1f8b1e-1c9e-4a39-9d0b-6b8b8e6f0a11';
const routeId = '5d0c2f5e-63a6-4a53-8c0e-7a0f7e1a2b22';
const organizationId = '7b5f1d0a-4d63-4a0e-9a39-0b1b1c3d7f10';
const account = { ...usual, serverURL: 'https://eu.api.konghq.com', organizationId };

let now = 0;
let emulator: LocalKonnect;
let rig: Rig;
let konnect: KonnectClient;

async function start(options: EmulatorOptions = {}): Promise<void> {
  const clock = () => new Date(now);
  emulator = await startKonnect({
    clock,
    organizations: [{ id: organizationId, name: 'x', tokens: [canary] }],
    ...options,
  });
  rig = client({ endpointURL: emulator.url, timeoutMs: 1000, clock: { now: clock } });
  konnect = rig.konnect;
}
async function stop(): Promise<void> {
  await konnect.close();
  await emulator.stop();
}
beforeEach(async () => {
  now = Date.parse('2026-08-01T10:00:00Z');
  await start();
});
afterEach(stop);

async function failureOf(work: Promise<unknown>, failure: KonnectFailure): Promise<KonnectError> {
  const error = await errorOf(work);
  assert.equal(error.failure, failure, error.message);
  return error;
}
async function collect(path: string, query?: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for await (const item of konnect.list(account, query === undefined ? { path } : { path, query })) items.push(item);
  return items;
}
async function newControlPlane(name: string): Promise<string> {
  const created = await konnect.call(account, { method: 'POST', path: '/v2/control-planes', body: { name } });
  assert.ok(isRecord(created) && typeof created['id'] === 'string');
  return created['id'];
}

describe('the client and Konnect', () => {
  it('agree on who the token belongs to', async () => {
    const organization = await konnect.call(account, { method: 'GET', path: '/v3/organizations/me', host: 'global' });
    assert.ok(isRecord(organization));
    assert.equal(organization['id'], organizationId);
    assert.equal(emulator.requests[0]?.host, 'global.api.konghq.com');
  });

  it('agree on an entity that is put, seen as unchanged, and deleted', async () => {
    const path = pathOf`/v2/control-planes/${await newControlPlane('cp')}/core-entities/services/${serviceId}`;
    const service = { name: 's', host: 'example.com', tags: ['k8s-uid:u', 'k8s-generation:1'], path: null };
    const put = await konnect.call(account, { method: 'PUT', path, body: service });
    assert.deepEqual(difference(service, put), []);
    const observed = await konnect.call(account, { method: 'GET', path });
    assert.deepEqual(difference({ ...service, tags: ['k8s-generation:2', 'k8s-uid:u'] }, observed), []);
    assert.deepEqual(difference({ ...service, port: 81 }, observed), [{ path: 'port', desired: 81, observed: 80 }]);
    assert.equal(await konnect.call(account, { method: 'DELETE', path }), undefined);
    await failureOf(konnect.call(account, { method: 'GET', path }), 'not-found');
  });

  it('agree on lists, page by page', async () => {
    const id = await newControlPlane('cp');
    for (let index = 0; index < 25; index += 1) {
      const entity = `00000000-0000-4000-8000-0000000000${String(index).padStart(2, '0')}`;
      emulator.putEntity(id, 'services', entity, { host: 'h', tags: [`k8s-uid:u${index % 2}`] });
      emulator.createControlPlane(organizationId, { name: `cp-${index}` }, 'eu');
    }
    const services = pathOf`/v2/control-planes/${id}/core-entities/services`;
    assert.equal((await collect(services, { size: '10' })).length, 25);
    assert.equal((await collect(services, { tags: 'k8s-uid:u1' })).length, 12);
    assert.equal((await collect('/v2/control-planes', { 'page[size]': '7' })).length, 27);
    assert.equal((await collect('/v2/control-planes', { 'filter[name][eq]': 'cp-3' })).length, 1);
    assert.deepEqual(await collect(pathOf`/v2/control-planes/${id}/dp-client-certificates`), []);
  });

  it('agree on a group and its members', async () => {
    const body = { name: 'group', cluster_type: 'CLUSTER_TYPE_CONTROL_PLANE_GROUP' };
    const group = await konnect.call(account, { method: 'POST', path: '/v2/control-planes', body });
    assert.ok(isRecord(group) && typeof group['id'] === 'string');
    const members = [
      { id: await newControlPlane('aa') },
      { id: await newControlPlane('bb') },
      { id: await newControlPlane('cc') },
    ];
    const path = pathOf`/v2/control-planes/${group['id']}/group-memberships`;
    assert.equal(await konnect.call(account, { method: 'PUT', path, body: { members } }), undefined);
    const found = await collect(path, { 'page[size]': '2' });
    assert.deepEqual(found.map((item) => isRecord(item) && item['id']).sort(), members.map(({ id }) => id).sort());
  });
});

describe('the client understands', () => {
  it('names and keys that are taken, in both families', async () => {
    const id = await newControlPlane('taken');
    const body = { name: 'taken' };
    await failureOf(konnect.call(account, { method: 'POST', path: '/v2/control-planes', body }), 'unique-violation');
    emulator.putEntity(id, 'services', serviceId, { name: 's', host: 'h' });
    const path = pathOf`/v2/control-planes/${id}/core-entities/services/${routeId}`;
    const call = konnect.call(account, { method: 'PUT', path, body: { name: 's', host: 'h' } });
    assert.match((await failureOf(call, 'unique-violation')).message, /name/);
  });

  it('references: missing, and still held', async () => {
    const id = await newControlPlane('cp');
    const [route, service] = [
      pathOf`/v2/control-planes/${id}/core-entities/routes/${routeId}`,
      pathOf`/v2/control-planes/${id}/core-entities/services/${serviceId}`,
    ];
    const body = { name: 'r', paths: ['/'], protocols: ['http'], service: { id: serviceId } };
    await failureOf(konnect.call(account, { method: 'PUT', path: route, body }), 'missing-reference');
    await konnect.call(account, { method: 'PUT', path: service, body: { host: 'h' } });
    await konnect.call(account, { method: 'PUT', path: route, body });
    await failureOf(konnect.call(account, { method: 'DELETE', path: service }), 'still-referenced');
  });

  it('requests that are wrong, in both families', async () => {
    const id = await newControlPlane('cp');
    const path = pathOf`/v2/control-planes/${id}/core-entities/services/${serviceId}`;
    await failureOf(konnect.call(account, { method: 'PUT', path, body: { hostt: 'h' } }), 'invalid');
    const unknown = konnect.call(account, {
      method: 'PATCH',
      path: pathOf`/v2/control-planes/${id}`,
      body: { cluster_type: 'x' },
    });
    await failureOf(unknown, 'invalid');
  });

  it('a revoked token', async () => {
    emulator.revokeToken(canary);
    await failureOf(konnect.call(account, { method: 'GET', path: '/v2/control-planes' }), 'unauthenticated');
    const path = pathOf`/v2/control-planes/${serviceId}/core-entities/services`;
    await failureOf(collect(path), 'unauthenticated');
  });

  it('a rate limit, after which it waits as long as it was told', async () => {
    await stop();
    await start({ rateLimit: { perSecond: 0.1, burst: 2, retryAfter: true } });
    const call = (): Promise<unknown> => konnect.call(account, { method: 'GET', path: '/v2/control-planes' });
    await call();
    await call();
    const { retryAfterSeconds = 0, status } = await failureOf(call(), 'rate-limited');
    assert.ok(status === 429 && retryAfterSeconds > 0);
    assert.equal((await failureOf(call(), 'rate-limited')).status, undefined);
    assert.equal(emulator.requests.length, 3);
    now += retryAfterSeconds * 1000;
    await call();
  });

  it('dates in Retry-After (T36)', async () => {
    emulator.setFault(() => ({ status: 503, retryAfter: new Date(now + 42_000).toUTCString() }));
    const error = await failureOf(konnect.call(account, { method: 'GET', path: '/v2/control-planes' }), 'unavailable');
    assert.equal(error.retryAfterSeconds, 42);
  });

  for (const fault of ['reset', 'reset-after', 'hang'] as const) {
    it(`that it does not know what became of a write: ${fault} (T7)`, async () => {
      emulator.setFault(() => fault);
      const body = { name: 'lost' };
      const error = await failureOf(
        konnect.call(account, { method: 'POST', path: '/v2/control-planes', body }),
        'unreachable',
      );
      assert.equal(error.status, undefined);
      assert.equal(emulator.requests.length, 1, 'it is for the next attempt to look');
    });
  }
});

it('writes no token anywhere', async () => {
  await newControlPlane('cp');
  emulator.revokeToken(canary);
  await failureOf(newControlPlane('cp'), 'unauthenticated');
  assert.equal(rig.logged.length, 2);
  assert.doesNotMatch(inspect(rig.logged, { depth: 9 }), /canary/);
});

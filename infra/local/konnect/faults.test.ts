import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { adminToken, at, organization, start } from './test-client.ts';

const path = '/v2/control-planes';

describe('faults', () => {
  it('break the connection before anything happens', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    konnect.setFault(() => 'reset');
    await expect(call('POST', path, { body: { name: 'edge' } })).rejects.toMatchObject({ code: expect.any(String) });
    expect(konnect.controlPlanes()).toHaveLength(1);
    expect([konnect.writes, konnect.requests.length, konnect.requests[0]?.status]).toEqual([0, 1, undefined]);
  });

  it('lose the answer after the work', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    konnect.setFault(({ write }) => (write ? 'reset-after' : undefined));
    await expect(call('POST', path, { body: { name: 'edge' } })).rejects.toMatchObject({ code: expect.any(String) });
    expect((await call('GET', `${path}?filter[name][eq]=edge`)).body).toMatchObject({ data: [{ name: 'edge' }] });
    expect(konnect.writes).toBe(1);
  });

  it('leave the answer empty after the work', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    konnect.setFault(({ write }) => (write ? 'empty-after' : undefined));
    expect(await call('POST', path, { body: { name: 'edge' } })).toMatchObject({ status: 201, body: undefined });
    expect((await call('GET', `${path}?filter[name][eq]=edge`)).body).toMatchObject({ data: [{ name: 'edge' }] });
    expect(konnect.exchanges[0]?.injected).toBe(true);
  });

  it.each([
    ['before', 'hang', 1],
    ['after', 'hang-after', 2],
  ] as const)('never answer, until the server stops, %s the work', async (_, fault, planes) => {
    const { konnect } = await start();
    konnect.setFault(() => fault);
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const asked = request(`${konnect.url}${path}`, { method: 'POST', headers, body: '{"name":"edge"}' });
    const failed = expect(asked).rejects.toThrow();
    await expect.poll(() => [konnect.requests.length, konnect.controlPlanes().length]).toEqual([1, planes]);
    await konnect.stop();
    await failed;
  });

  it('answer a status in the words of the family, a body of their own, or a page of HTML', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const plane = `${path}/${konnect.controlPlanes()[0]?.id}`;
    konnect.setFault(() => ({ status: 503 }));
    expect((await call('GET', path)).body).toMatchObject({ status: 503, detail: expect.stringMatching(/permissions/) });
    expect((await call('GET', `${plane}/core-entities/routes`)).body).toEqual({
      code: 14,
      message: 'service unavailable',
    });
    konnect.setFault(() => ({ status: 429, retryAfter: 77 }));
    const limited = await call('GET', path);
    expect(limited).toMatchObject({ status: 429, body: { message: 'API rate limit exceeded' } });
    expect(limited.headers['retry-after']).toBe('77');
    konnect.setFault(() => ({ status: 409, body: { detail: 'mine' } }));
    expect(await call('GET', path)).toMatchObject({ status: 409, body: { detail: 'mine' } });
    konnect.setFault(() => ({ status: 502, html: true, retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' }));
    const page = await call('GET', path);
    expect(page).toMatchObject({ status: 502, type: 'text/html', body: expect.stringMatching(/^<html>/) });
    expect(page.headers['retry-after']).toMatch(/GMT$/);
    expect(konnect.exchanges.every(({ injected }) => injected)).toBe(true);
  });

  it('strike by request and count, and leave nothing done', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    konnect.setFault(({ operation }, nth) =>
      operation === 'CreateControlPlane' && nth === 2 ? { status: 500 } : undefined,
    );
    expect((await call('GET', path)).status).toBe(200);
    expect((await call('POST', path, { body: { name: 'edge' } })).status).toBe(500);
    expect((await call('POST', path, { body: { name: 'edge' } })).status).toBe(201);
    konnect.setFault(undefined);
    expect((await call('GET', path)).status).toBe(200);
  });

  it('list what was true before the last change', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const services = `${path}/${konnect.controlPlanes()[0]?.id}/core-entities/services`;
    const id = at((await call('POST', services, { body: { host: 'one.example' } })).body, 'id');
    const hosts = async () => {
      const data = at((await call('GET', services)).body, 'data');
      return Array.isArray(data) ? data.map((row) => at(row, 'host')) : [];
    };
    konnect.setFault(() => 'stale-list');
    expect(await hosts()).toEqual([]);
    expect((await call('GET', `${services}/${id}`)).status).toBe(200);
    await call('PUT', `${services}/${id}`, { body: { host: 'two.example' } });
    expect(await hosts()).toEqual(['one.example']);
    await call('DELETE', `${services}/${id}`);
    expect(await hosts()).toEqual(['two.example']);
    konnect.setFault(undefined);
    expect(await hosts()).toEqual([]);
  });

  it('delay the work, as latency delays the answer', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    konnect.setFault(() => ({ delayMs: 400 }));
    const delayed = call('POST', path, { body: { name: 'late' } });
    await expect.poll(() => konnect.requests.length, { interval: 5 }).toBe(1);
    expect(konnect.controlPlanes()).toHaveLength(1);
    expect((await delayed).status).toBe(201);
    konnect.setFault(undefined);
    konnect.setLatency(400);
    const answered = call('POST', path, { body: { name: 'done' } });
    await expect.poll(() => konnect.controlPlanes().length, { interval: 5 }).toBe(3);
    expect(konnect.requests.at(-1)?.status).toBeUndefined();
    expect((await answered).status).toBe(201);
  });
});

describe('the rate limit', () => {
  it('is a bucket for each organization, and says when to come back', async () => {
    let now = new Date('2026-08-01T10:00:00Z');
    const other = { id: '0a6bb5b8-3b5c-4d0c-9d54-8f3c1b3f0a02', name: 'Other', tokens: ['kpat_other'] };
    const { konnect, call } = await start({
      organizations: [{ ...organization, tokens: [adminToken] }, other],
      rateLimit: { perSecond: 0.5, burst: 2, retryAfter: true },
      clock: () => now,
    });
    await using _ = konnect;
    expect((await call('POST', path, { body: { name: 'edge' } })).status).toBe(201);
    expect((await call('GET', path)).status).toBe(200);
    const limited = await call('POST', path, { body: { name: 'more' } });
    expect(limited).toMatchObject({ status: 429, body: { message: 'API rate limit exceeded' } });
    expect(limited.headers['retry-after']).toBe('2');
    expect(konnect.writes).toBe(1);
    expect((await call('GET', path, { token: 'kpat_other' })).status).toBe(200);
    now = new Date('2026-08-01T10:00:02Z');
    expect((await call('GET', path)).status).toBe(200);
    expect((await call('GET', path)).status).toBe(429);
  });

  it('may keep silent about when', async () => {
    const { konnect, call } = await start({ rateLimit: { perSecond: 1, burst: 0, retryAfter: false } });
    await using _ = konnect;
    const limited = await call('GET', path);
    expect([limited.status, limited.headers['retry-after']]).toEqual([429, undefined]);
  });
});

it('answers a body that is too large as a proxy does, once it has read it', async () => {
  const { konnect, call } = await start();
  await using _ = konnect;
  const large = { name: 'edge', description: 'x'.repeat(1_100_000) };
  expect((await call('POST', path, { body: large })).status).toBe(413);
  expect(konnect.controlPlanes()).toHaveLength(1);
});

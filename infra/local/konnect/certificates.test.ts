import { describe, expect, it } from 'vitest';
import { at, idIn, pemCertificate, start } from './test-client.ts';

async function startPinned() {
  const { konnect, call } = await start({ clock: () => new Date('2026-08-01T10:00:00Z') });
  const plane = konnect.controlPlanes()[0]?.id ?? '';
  return { konnect, call, plane, path: `/v2/control-planes/${plane}/dp-client-certificates` };
}

describe('data plane certificates', () => {
  it('pins, reads, replaces and removes one', async () => {
    const { konnect, call, plane, path } = await startPinned();
    await using _ = konnect;
    const [cert, other] = [await pemCertificate(), await pemCertificate()];
    const made = await call('POST', path, { body: { cert, title: 'edge' } });
    const now = Date.UTC(2026, 7, 1, 10) / 1000;
    const item = { id: expect.any(String), cert, title: 'edge', created_at: now, updated_at: now };
    expect(made).toMatchObject({ status: 201, body: { item } });
    const one = `${path}/${idIn(made, 'item')}`;
    expect((await call('GET', one)).body).toEqual(made.body);
    expect(await call('PUT', one, { body: { cert: other } })).toMatchObject({
      status: 200,
      body: { item: { cert: other } },
    });
    expect(konnect.certificates(plane)[0]).not.toHaveProperty('title');
    expect((await call('DELETE', one)).status).toBe(204);
    expect(await call('DELETE', one)).toMatchObject({ status: 404, body: { code: 5, message: 'not found' } });
    expect((await call('PUT', one, { body: { cert } })).status).toBe(404);
  });

  it('pins the same certificate twice, and lists it without its last newline', async () => {
    const { konnect, call, path } = await startPinned();
    await using _ = konnect;
    const cert = await pemCertificate();
    const first = idIn(await call('POST', path, { body: { cert } }), 'item');
    const second = idIn(await call('POST', path, { body: { cert } }), 'item');
    expect(second).not.toBe(first);
    const listed = await call('GET', path);
    expect(listed.body).toMatchObject({ items: [{ id: first }, { id: second }], page: { total_count: 2 } });
    expect(at(listed.body, 'items', 0, 'cert')).toBe(cert.trimEnd());
  });

  it('stops at 32', async () => {
    const { konnect, call, path } = await startPinned();
    await using _ = konnect;
    const cert = await pemCertificate();
    for (let n = 0; n < 32; n += 1) await call('POST', path, { body: { cert } });
    expect(await call('POST', path, { body: { cert } })).toMatchObject({ status: 400, body: { code: 3 } });
    expect(at((await call('GET', path)).body, 'page', 'total_count')).toBe(32);
  });

  it('works in a control plane group, whose core entities are read-only', async () => {
    const { konnect, call } = await startPinned();
    await using _ = konnect;
    const body = { name: 'group', cluster_type: 'CLUSTER_TYPE_CONTROL_PLANE_GROUP' };
    const group = `/v2/control-planes/${idIn(await call('POST', '/v2/control-planes', { body }))}`;
    const cert = await pemCertificate();
    expect((await call('POST', `${group}/dp-client-certificates`, { body: { cert } })).status).toBe(201);
    const write = await call('POST', `${group}/core-entities/consumers`, { body: { username: 'jo' } });
    expect(write).toMatchObject({ status: 403, body: { code: 7, message: 'usage constraint error' } });
    expect((await call('GET', `${group}/core-entities/consumers`)).status).toBe(200);
  });

  it('refuses what is no single certificate', async () => {
    const { konnect, call, plane, path } = await startPinned();
    await using _ = konnect;
    const pem = await pemCertificate();
    const garbled = pem.replace(/\n.{40}/, '\nAAAA');
    const privateKey = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
    for (const cert of ['', 'text', garbled, pem + pem, privateKey, 12, null, undefined]) {
      expect(await call('POST', path, { body: { cert } })).toMatchObject({ status: 400, body: { code: 3 } });
    }
    expect((await call('POST', path, { body: { cert: pem, name: 'x' } })).status).toBe(400);
    expect(konnect.certificates(plane)).toEqual([]);
  });
});

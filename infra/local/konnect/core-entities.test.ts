import { describe, expect, it } from 'vitest';
import type { KonnectOptions } from './server.ts';
import { at, idIn, start } from './test-client.ts';

const uuid = '6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0001';
const otherUuid = '6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0002';

async function startEntities(options: KonnectOptions = {}) {
  const { konnect, call } = await start(options);
  const plane = konnect.controlPlanes()[0]?.id ?? '';
  return { konnect, call, plane, root: `/v2/control-planes/${plane}/core-entities` };
}

const cases = [
  {
    collection: 'services',
    body: { name: 'one', host: 'example.com' },
    other: { host: 'example.org', tags: ['a'] },
    defaults: {
      protocol: 'http',
      port: 80,
      retries: 5,
      connect_timeout: 60_000,
      read_timeout: 60_000,
      write_timeout: 60_000,
      enabled: true,
    },
  },
  {
    collection: 'routes',
    body: { name: 'one', paths: ['/x'] },
    other: { hosts: ['*.example.com'], tags: ['a'] },
    defaults: {
      protocols: ['https', 'http'],
      https_redirect_status_code: 426,
      path_handling: 'v0',
      preserve_host: false,
      strip_path: true,
      regex_priority: 0,
      request_buffering: true,
      response_buffering: true,
    },
  },
  { collection: 'consumers', body: { username: 'one' }, other: { custom_id: '7', tags: ['a'] }, defaults: {} },
];

describe.each(cases)('$collection', ({ collection, body, other, defaults }) => {
  it('are created with defaults, integer seconds and no field that is unset', async () => {
    const { konnect, call, root } = await startEntities({ clock: () => new Date('2026-08-01T10:00:00.900Z') });
    await using _ = konnect;
    const made = await call('POST', `${root}/${collection}`, { body: { ...body, tags: null } });
    const now = Date.UTC(2026, 7, 1, 10) / 1000;
    expect(made).toMatchObject({ status: 201, type: 'application/json' });
    expect(made.body).toEqual({ ...defaults, ...body, id: expect.any(String), created_at: now, updated_at: now });
    expect((await call('GET', `${root}/${collection}/${idIn(made)}`)).body).toEqual(made.body);
    expect((await call('GET', `${root}/${collection}/one`)).body).toEqual(made.body);
  });

  it('are upserted whole under the id that the client chose', async () => {
    let now = new Date('2026-08-01T10:00:00Z');
    const { konnect, call, plane, root } = await startEntities({ clock: () => now });
    await using _ = konnect;
    const path = `${root}/${collection}/${uuid}`;
    const first = await call('PUT', path, { body: { ...body, id: uuid, created_at: 1, updated_at: 1 } });
    expect(first).toMatchObject({ status: 200, body: { ...body, id: uuid, created_at: now.getTime() / 1000 } });
    now = new Date('2026-08-01T11:00:00Z');
    const second = await call('PUT', path, { body: other });
    const times = { created_at: now.getTime() / 1000 - 3600, updated_at: now.getTime() / 1000 };
    expect(second.status).toBe(200);
    expect(second.body).toEqual({ ...defaults, ...other, id: uuid, ...times });
    expect(konnect.entities(plane, collection)).toEqual([second.body]);
    expect(await call('PUT', path, { body: { ...body, id: otherUuid } })).toMatchObject({
      status: 400,
      body: { code: 3 },
    });
    expect((await call('PUT', `${root}/${collection}/unknown`, { body })).status).toBe(404);
  });

  it('refuse a key twice with 400, code 3', async () => {
    const { konnect, call, plane, root } = await startEntities();
    await using _ = konnect;
    await call('PUT', `${root}/${collection}/${uuid}`, { body });
    const key = Object.keys(body)[0];
    const detail = {
      '@type': 'type.googleapis.com/kong.admin.model.v1.ErrorDetail',
      type: 'ERROR_TYPE_REFERENCE',
      field: key,
      messages: [`${key} (type: unique) constraint failed`],
    };
    const refusal = { code: 3, message: 'data constraint error', details: [detail] };
    expect(await call('PUT', `${root}/${collection}/${otherUuid}`, { body })).toMatchObject({
      status: 400,
      body: refusal,
    });
    expect((await call('POST', `${root}/${collection}`, { body })).body).toEqual(refusal);
    const sameId = await call('POST', `${root}/${collection}`, { body: { ...other, id: uuid } });
    expect(sameId.body).toMatchObject({
      details: [{ field: 'id', messages: ['id (type: unique) constraint failed'] }],
    });
    expect(konnect.entities(plane, collection)).toHaveLength(1);
  });

  it('are deleted, and a second time as the server is told to take it', async () => {
    for (const deleteMissing of [204, 404] as const) {
      const { konnect, call, plane, root } = await startEntities({ deleteMissing });
      await using _ = konnect;
      await call('PUT', `${root}/${collection}/${uuid}`, { body });
      expect(await call('DELETE', `${root}/${collection}/${uuid}`)).toMatchObject({ status: 204, body: undefined });
      expect(konnect.entities(plane, collection)).toEqual([]);
      expect(await call('GET', `${root}/${collection}/${uuid}`)).toMatchObject({ status: 404, body: { code: 5 } });
      expect((await call('DELETE', `${root}/${collection}/${uuid}`)).status).toBe(deleteMissing);
    }
  });

  it('cannot be written in a KIC control plane', async () => {
    const { konnect, call } = await startEntities();
    await using _ = konnect;
    const kic = { name: 'kic', cluster_type: 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER' };
    const path = `/v2/control-planes/${idIn(await call('POST', '/v2/control-planes', { body: kic }))}/core-entities/${collection}`;
    const details = [{ messages: ['operation not permitted on KIC cluster'] }];
    const refusal = { status: 403, body: { code: 7, message: 'usage constraint error', details } };
    expect(await call('POST', path, { body })).toMatchObject(refusal);
    expect(await call('PUT', `${path}/${uuid}`, { body })).toMatchObject(refusal);
    expect(await call('DELETE', `${path}/${uuid}`)).toMatchObject(refusal);
    expect(await call('GET', path)).toMatchObject({ status: 200, body: { data: [], next: null } });
  });
});

describe('references', () => {
  it('must lead somewhere', async () => {
    const { konnect, call, root } = await startEntities();
    await using _ = konnect;
    const body = { paths: ['/x'], service: { id: uuid } };
    const reply = await call('PUT', `${root}/routes/${otherUuid}`, { body });
    const detail = {
      type: 'ERROR_TYPE_REFERENCE',
      field: 'service.id',
      messages: [expect.stringMatching(/\(type: foreign\)/)],
    };
    expect(reply).toMatchObject({
      status: 400,
      body: { code: 3, message: 'data constraint error', details: [detail] },
    });
    const tls = { host: 'h', protocol: 'https', client_certificate: { id: uuid }, ca_certificates: [uuid] };
    const certificates = await call('POST', `${root}/services`, { body: tls });
    expect(certificates.body).toMatchObject({
      details: [{ field: 'ca_certificates' }, { field: 'client_certificate.id' }],
    });
  });

  it('keep a service from being deleted while a route needs it', async () => {
    const { konnect, call, plane, root } = await startEntities();
    await using _ = konnect;
    await call('PUT', `${root}/services/${uuid}`, { body: { host: 'example.com' } });
    await call('PUT', `${root}/routes/${otherUuid}`, { body: { paths: ['/x'], service: { id: uuid } } });
    const reply = await call('DELETE', `${root}/services/${uuid}`);
    const messages = ['constraint failed (type: foreign) as route references this value'];
    expect(reply).toMatchObject({
      status: 400,
      body: { code: 3, details: [{ type: 'ERROR_TYPE_REFERENCE', messages }] },
    });
    await call('DELETE', `${root}/routes/${otherUuid}`);
    expect((await call('DELETE', `${root}/services/${uuid}`)).status).toBe(204);
    expect(konnect.entities(plane, 'services')).toEqual([]);
  });

  it('serve routes below their service', async () => {
    const { konnect, call, root } = await startEntities();
    await using _ = konnect;
    await call('PUT', `${root}/services/${uuid}`, { body: { name: 'svc', host: 'example.com' } });
    await call('PUT', `${root}/routes/${uuid}`, { body: { name: 'loose', paths: ['/loose'] } });
    const nested = `${root}/services/svc/routes`;
    const made = await call('POST', nested, { body: { name: 'mine', paths: ['/x'], tags: ['a'] } });
    expect(made).toMatchObject({ status: 201, body: { service: { id: uuid } } });
    expect((await call('PUT', `${nested}/mine`, { body: { paths: ['/y'] } })).body).toMatchObject({
      service: { id: uuid },
    });
    const listed = await call('GET', `${nested}?tags=ignored-here`);
    expect(at(listed.body, 'data')).toMatchObject([{ id: idIn(made), paths: ['/y'] }]);
    expect((await call('GET', `${nested}/loose`)).status).toBe(404);
    const contradiction = { paths: ['/x'], service: { id: otherUuid } };
    expect((await call('POST', nested, { body: contradiction })).status).toBe(400);
    expect((await call('GET', `${root}/services/none/routes`)).status).toBe(404);
    expect((await call('DELETE', `${nested}/${idIn(made)}`)).status).toBe(204);
  });
});

import { describe, expect, it } from 'vitest';
import { parseFields } from './core-entities/fields.ts';
import { consumer } from './core-entities/types/consumer.ts';
import { route } from './core-entities/types/route.ts';
import { service } from './core-entities/types/service.ts';
import { at, start } from './test-client.ts';

const rules: readonly { type: 'services' | 'routes' | 'consumers'; body: unknown; detail: unknown }[] = [
  { type: 'services', body: {}, detail: { type: 'ERROR_TYPE_ENTITY', messages: ["missing properties: 'host'"] } },
  {
    type: 'services',
    body: { host: 'h', hostt: 'h' },
    detail: { messages: ["additionalProperties 'hostt' not allowed"] },
  },
  { type: 'services', body: { host: 'h'.repeat(257) }, detail: { messages: ['length must be <= 256, but got 257'] } },
  { type: 'services', body: { host: 'a b' }, detail: { field: 'host' } },
  {
    type: 'services',
    body: { host: 'h', name: 'a b' },
    detail: { field: 'name', messages: [expect.stringMatching(/^must match pattern/)] },
  },
  {
    type: 'services',
    body: { host: 'h', port: 65536 },
    detail: { field: 'port', messages: ['must be <= 65535 but found 65536'] },
  },
  {
    type: 'services',
    body: { host: 'h', port: '80' },
    detail: { field: 'port', messages: ['expected integer, but got string'] },
  },
  { type: 'services', body: { host: 'h', retries: 32768 }, detail: { field: 'retries' } },
  { type: 'services', body: { host: 'h', read_timeout: 0 }, detail: { field: 'read_timeout' } },
  { type: 'services', body: { host: 'h', protocol: 'ftp' }, detail: { field: 'protocol' } },
  { type: 'services', body: { host: 'h', path: 'x' }, detail: { field: 'path' } },
  { type: 'services', body: { host: 'h', path: '/a//b' }, detail: { field: 'path' } },
  { type: 'services', body: { host: 'h', path: '//a' }, detail: { field: 'path' } },
  { type: 'services', body: { host: 'h', protocol: 'tcp', path: '/x' }, detail: { type: 'ERROR_TYPE_ENTITY' } },
  {
    type: 'services',
    body: { host: 'h', tls_verify: false },
    detail: { messages: [expect.stringMatching(/^tls_verify can be set only/)] },
  },
  { type: 'services', body: { host: 'h', url: 'http://h:99999' }, detail: { messages: ['url must be a valid URL'] } },
  { type: 'services', body: { host: 'h', id: 'x' }, detail: { field: 'id' } },
  { type: 'services', body: { host: 'h', client_certificate: { name: 'x' } }, detail: { field: 'client_certificate' } },
  {
    type: 'services',
    body: { host: 'h', tags: ['x'.repeat(138)] },
    detail: { field: 'tags[0]', messages: ['length must be <= 128, but got 138'] },
  },
  { type: 'services', body: { host: 'h', tags: ['a,b'] }, detail: { field: 'tags[0]' } },
  { type: 'services', body: { host: 'h', tags: ['a', 'a'] }, detail: { field: 'tags' } },
  {
    type: 'services',
    body: { host: 'h', tags: Array.from({ length: 31 }, (_, n) => `t${n}`) },
    detail: { field: 'tags' },
  },
  { type: 'routes', body: {}, detail: { type: 'ERROR_TYPE_ENTITY' } },
  { type: 'routes', body: { paths: [] }, detail: { type: 'ERROR_TYPE_ENTITY' } },
  { type: 'routes', body: { snis: ['a.example'] }, detail: { messages: [expect.stringMatching(/has 'http'$/)] } },
  { type: 'routes', body: { paths: ['x'] }, detail: { field: 'paths[0]' } },
  { type: 'routes', body: { paths: ['/ok', '/a//b'] }, detail: { field: 'paths[1]' } },
  { type: 'routes', body: { methods: ['get'] }, detail: { field: 'methods[0]' } },
  { type: 'routes', body: { hosts: ['*.example.*'] }, detail: { field: 'hosts[0]' } },
  { type: 'routes', body: { headers: { Host: ['x'] } }, detail: { field: 'headers.Host' } },
  { type: 'routes', body: { headers: { 'x-a': [] } }, detail: { field: 'headers.x-a' } },
  { type: 'routes', body: { paths: ['/x'], protocols: [] }, detail: { field: 'protocols' } },
  {
    type: 'routes',
    body: { paths: ['/x'], protocols: ['http', 'grpc'] },
    detail: { messages: [expect.stringMatching(/together/)] },
  },
  { type: 'routes', body: { hosts: ['h'], protocols: ['tcp'] }, detail: { type: 'ERROR_TYPE_ENTITY' } },
  {
    type: 'routes',
    body: { paths: ['/x'], protocols: ['grpc'], strip_path: true },
    detail: { messages: [expect.stringMatching(/strip_path/)] },
  },
  {
    type: 'routes',
    body: { paths: ['/x'], https_redirect_status_code: 303 },
    detail: { field: 'https_redirect_status_code' },
  },
  {
    type: 'routes',
    body: { expression: 'true', paths: ['/x'] },
    detail: { messages: ["cannot set 'paths' with 'expression'"] },
  },
  {
    type: 'routes',
    body: { paths: ['/x'], priority: 1 },
    detail: { messages: ["cannot set 'priority' without 'expression'"] },
  },
  { type: 'routes', body: { paths: ['/x'], service: 'svc' }, detail: { field: 'service' } },
  {
    type: 'consumers',
    body: { tags: ['a'] },
    detail: { messages: ['at least one of custom_id or username must be set'] },
  },
  { type: 'consumers', body: { username: ' jo' }, detail: { field: 'username' } },
  { type: 'consumers', body: { username: 'x'.repeat(129) }, detail: { field: 'username' } },
  { type: 'consumers', body: { custom_id: 'ä' }, detail: { field: 'custom_id' } },
];

describe('a core entity that Konnect refuses', () => {
  it.each(rules)('$type $body', async ({ type, body, detail }) => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const plane = konnect.controlPlanes()[0]?.id ?? '';
    const reply = await call('POST', `/v2/control-planes/${plane}/core-entities/${type}`, { body });
    expect(reply).toMatchObject({
      status: 400,
      type: 'application/json',
      body: { code: 3, message: 'validation error' },
    });
    expect(at(reply.body, 'details')).toContainEqual(expect.objectContaining(detail));
    expect(konnect.entities(plane, type)).toEqual([]);
  });

  it('gets its details sorted by field', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const body = { host: 'h', retries: -1, name: '?', port: -1 };
    const reply = await call('POST', `/v2/control-planes/${konnect.controlPlanes()[0]?.id}/core-entities/services`, {
      body,
    });
    expect(at(reply.body, 'details')).toMatchObject([{ field: 'name' }, { field: 'port' }, { field: 'retries' }]);
  });

  it('gets an answer to a body that is no JSON', async () => {
    const { konnect, call } = await start();
    await using _ = konnect;
    const path = `/v2/control-planes/${konnect.controlPlanes()[0]?.id}/core-entities/services`;
    const headers = { 'content-type': 'application/json' };
    for (const ask of [{ text: '{', headers }, { text: '{"host":"h"}' }, { text: '[]', headers }, { headers }]) {
      expect(await call('POST', path, ask)).toMatchObject({ status: 400, body: { code: 3 } });
    }
  });
});

describe('fields as they are stored', () => {
  it.each([
    { url: 'https://example.com/base', fields: { protocol: 'https', host: 'example.com', port: 443, path: '/base' } },
    { url: 'http://example.com', fields: { protocol: 'http', host: 'example.com', port: 80 } },
    { url: 'grpcs://example.com:9443', fields: { protocol: 'grpcs', host: 'example.com', port: 9443 } },
  ])('a service by $url', ({ url, fields }) => {
    const stored = parseFields(service, { url });
    expect(stored).toMatchObject(fields);
    expect(stored).not.toHaveProperty('url');
    expect(parseFields(service, { url, path: '/lost' })['path']).toBe('path' in fields ? fields.path : undefined);
  });

  it('a gRPC route keeps its path, one by expression has its own priority', () => {
    expect(parseFields(route, { paths: ['/x'], protocols: ['grpc', 'grpcs'] })['strip_path']).toBe(false);
    const stored = parseFields(route, { expression: 'http.path == "/x"', priority: 7 });
    expect(stored).toMatchObject({ priority: 7 });
    expect(stored).not.toHaveProperty('regex_priority');
  });

  it.each([
    { protocols: ['https'], snis: ['a.example'] },
    { protocols: ['tcp'], destinations: [{ port: 5432 }] },
    { protocols: ['tls_passthrough'], snis: ['*.example.com'] },
    { protocols: ['http'], paths: ['~/a/(?<id>\\d+)//x$'], headers: { 'x-a': ['1', '2'] }, hosts: ['a.*', 'b:8080'] },
  ])('a route by %j', (body) => {
    expect(parseFields(route, body)).toMatchObject(body);
  });

  it.each(['jo', 'Ünal Ö', 'a@b.example', 'team/x [1]'])('the consumer %s', (username) => {
    expect(parseFields(consumer, { username })).toEqual({ username });
  });
});

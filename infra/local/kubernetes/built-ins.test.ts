import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type JsonObject, listOf } from './json.ts';
import type { Reply } from './testing/client.ts';
import { startTestedServer, type TestedServer } from './testing/servers.ts';
import { createNamespace } from './testing/widgets.ts';

const namespace = 'built-ins';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
let server: TestedServer;

beforeAll(async () => {
  server = await startTestedServer();
  await createNamespace(server.api, namespace);
});

afterAll(() => server[Symbol.asyncDispose]());

function path(resource: string, name = ''): string {
  const root = resource.includes('/') ? `/apis/${resource.slice(0, resource.lastIndexOf('/'))}` : '/api/v1';
  const plural = resource.slice(resource.lastIndexOf('/') + 1);
  return `${root}/namespaces/${namespace}/${plural}${name === '' ? '' : `/${name}`}`;
}

function create(resource: string, body: JsonObject): Promise<Reply> {
  return server.api.send('POST', path(resource), { body });
}

function patch(resource: string, name: string, body: JsonObject, kind = 'strategic-merge-patch'): Promise<Reply> {
  return server.api.send('PATCH', path(resource, name), { body, type: `application/${kind}+json` });
}

function meta(name: string): JsonObject {
  return { metadata: { name } };
}

async function cellsOf(resource: string): Promise<unknown> {
  const { body } = await server.api.send('GET', path(resource), { accept: table });
  return listOf(body['rows']).map((row) => at(row, 'cells'));
}

describe('secrets', () => {
  it('fold stringData into data and are opaque by default', async () => {
    const body = { ...meta('folded'), data: { a: 'YQ==' }, stringData: { b: 'b', a: 'z' } };

    const { status, body: made } = await create('secrets', body);

    expect(status).toBe(201);
    expect(made).toMatchObject({ kind: 'Secret', type: 'Opaque', data: { a: 'eg==', b: 'Yg==' } });
    expect(made['stringData']).toBeUndefined();
    expect(at(made, 'metadata', 'generation')).toBeUndefined();
  });

  it.each([
    [
      'keys that are no file names',
      { data: { 'a b': '' } },
      422,
      'data[a b]: Invalid value: "a b": a valid config key must',
    ],
    ['data that is no base64', { data: { a: '%%%%' } }, 400, 'illegal base64 data at input byte 0'],
    [
      'values that are no texts',
      { data: { a: 1 } },
      400,
      'cannot unmarshal number into Go struct field Secret.data of type []uint8',
    ],
    [
      'a tls secret without key',
      { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } },
      422,
      'data[tls.key]: Required value',
    ],
    [
      'too much data',
      { stringData: { a: 'x'.repeat(1024 * 1024 + 1) } },
      422,
      'data: Too long: may not be more than 1048576 bytes',
    ],
  ])('refuse %s', async (_, fields, status, message) => {
    const reply = await create('secrets', { ...meta('bad'), ...fields });

    expect(reply.status).toBe(status);
    expect(reply.body['message']).toContain(message);
  });

  it('that are immutable stay as they are', async () => {
    await create('secrets', { ...meta('fixed'), immutable: true, stringData: { a: 'a' } });

    const changed = await patch('secrets', 'fixed', { stringData: { a: 'b' } });
    const labelled = await patch('secrets', 'fixed', { metadata: { labels: { a: 'b' } } });

    expect(changed.body['message']).toBe(
      'Secret "fixed" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    );
    expect(labelled.status).toBe(200);
  });

  it('are printed with their type and number of keys', async () => {
    expect(await cellsOf('secrets')).toContainEqual(['folded', 'Opaque', 2, expect.stringMatching(/^\d+s$/)]);
  });
});

describe('other kinds', () => {
  it('overwrite without a resourceVersion', async () => {
    await create('configmaps', { ...meta('free'), data: { a: '1' } });

    const { status, body } = await server.api.send('PUT', path('configmaps', 'free'), {
      body: { ...meta('free'), data: { a: '2' } },
    });

    expect([status, body['data']]).toEqual([200, { a: '2' }]);
  });

  it('are refused when the body is of another kind', async () => {
    const { status, body } = await create('configmaps', { apiVersion: 'v1', kind: 'Secret', ...meta('x') });

    expect([status, body['reason']]).toEqual([400, 'BadRequest']);
    expect(body['message']).toMatch(/^Secret in version "v1" cannot be handled as a ConfigMap: /);
  });

  it('have their own rules for names', async () => {
    const service = await create('services', { ...meta('1a'), spec: { ports: [{ port: 80 }] } });
    const role = await create('rbac.authorization.k8s.io/v1/roles', { ...meta('Any:Name'), rules: [] });

    expect(service.body['message']).toContain('a DNS-1035 label must consist of lower case alphanumeric characters');
    expect(role.status).toBe(201);
  });

  it('get defaults', async () => {
    const { body } = await create('services', { ...meta('svc'), spec: { ports: [{ port: 80 }] } });

    expect(body['spec']).toMatchObject({ type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] });
    expect(at(body, 'spec', 'clusterIP')).toMatch(/^10\.0\.\d+\.\d+$/);
  });

  it('leases are created by PUT as well', async () => {
    const { status } = await server.api.send('PUT', path('coordination.k8s.io/v1/leases', 'put'), {
      body: meta('put'),
    });

    expect(status).toBe(201);
  });

  it('events are the same objects in both groups', async () => {
    await create('events', {
      ...meta('seen'),
      involvedObject: { namespace, kind: 'Secret', name: 's' },
      message: 'hello',
      reason: 'Said',
      type: 'Normal',
    });

    const { body } = await server.api.send('GET', path('events.k8s.io/v1/events', 'seen'));

    expect(body).toMatchObject({ note: 'hello', regarding: { kind: 'Secret', name: 's' }, eventTime: null });
    expect(await cellsOf('events')).toEqual([
      ['<unknown>', 'Normal', 'Said', 'secret/s', '', '', 'hello', '<unknown>', expect.anything(), 'seen'],
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type JsonObject, listOf } from './json.ts';
import type { Reply, SendOptions } from './testing/client.ts';
import { startTestedServer, type TestedServer } from './testing/servers.ts';
import { installWidgets, widget, widgetsPath } from './testing/widgets.ts';

const namespace = 'patches';
let server: TestedServer;

beforeAll(async () => {
  server = await startTestedServer();
  await installWidgets(server.api, namespace);
});

afterAll(() => server[Symbol.asyncDispose]());

function path(resource: string, name = ''): string {
  const root = resource === 'deployments' ? '/apis/apps/v1' : '/api/v1';
  return `${root}/namespaces/${namespace}/${resource}${name === '' ? '' : `/${name}`}`;
}

function create(resource: string, body: JsonObject): Promise<Reply> {
  return server.api.send('POST', path(resource), { body });
}

function patch(resource: string, name: string, body: JsonObject): Promise<Reply> {
  return server.api.send('PATCH', path(resource, name), { body, type: 'application/strategic-merge-patch+json' });
}

function meta(name: string): JsonObject {
  return { metadata: { name } };
}

function createWidget(body: JsonObject): Promise<Reply> {
  return server.api.send('POST', widgetsPath(namespace), { body });
}

function sendWidget(method: string, options: SendOptions = {}): Promise<Reply> {
  return server.api.send(method, widgetsPath(namespace, 'json'), options);
}

describe('a strategic merge patch', () => {
  // Of a kind that nobody serves: a garbage collector can not tell that it is gone.
  const owner = (uid: string): JsonObject => ({ apiVersion: 'none.example.com/v1', kind: 'Ghost', name: uid, uid });

  it('merges maps, sets and lists with a key', async () => {
    const finalizers = ['a.io/1'];
    await create('secrets', {
      metadata: { name: 'merged', finalizers, ownerReferences: [owner('1')] },
      stringData: { a: 'a' },
    });

    const { body } = await patch('secrets', 'merged', {
      metadata: { finalizers: ['a.io/2'], ownerReferences: [{ uid: '1', controller: true }] },
      data: { a: null, b: 'Yg==' },
    });

    expect(body['data']).toEqual({ b: 'Yg==' });
    expect(at(body, 'metadata', 'finalizers')).toEqual(['a.io/2', 'a.io/1']);
    expect(at(body, 'metadata', 'ownerReferences')).toEqual([{ ...owner('1'), controller: true }]);
  });

  it('obeys its directives', async () => {
    await create('configmaps', { ...meta('told'), data: { a: '1', b: '2' } });
    const kept = await patch('configmaps', 'told', { data: { $retainKeys: ['b'] } });
    const replaced = await patch('configmaps', 'told', { data: { $patch: 'replace', c: '3' } });
    const unknown = await patch('configmaps', 'told', { data: { $patch: 'zap' } });

    expect(kept.body['data']).toEqual({ b: '2' });
    expect(replaced.body['data']).toEqual({ c: '3' });
    expect([unknown.status, unknown.body['message']]).toEqual([500, 'unknown patch type: zap in map: map[$patch:zap]']);
  });

  it('merges containers by name, in the order that it says', async () => {
    const container = (name: string): JsonObject => ({ name, image: `${name}:1`, env: [{ name: 'A', value: '1' }] });
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [container('one'), container('two')] } };
    const spec = { selector: { matchLabels: { a: 'b' } }, template };
    await create('deployments', { ...meta('app'), spec });

    const { body } = await patch('deployments', 'app', {
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'two' }, { name: 'one' }],
            containers: [{ name: 'one', image: 'one:2', env: [{ name: 'B', value: '2' }] }],
          },
        },
      },
    });

    const containers = listOf(at(body, 'spec', 'template', 'spec', 'containers'));
    expect(containers.map((one) => [at(one, 'name'), at(one, 'image')])).toEqual([
      ['two', 'two:1'],
      ['one', 'one:2'],
    ]);
    expect(listOf(at(containers[1], 'env')).map((one) => at(one, 'name'))).toEqual(['B', 'A']);
    expect(at(body, 'metadata', 'generation')).toBe(2);
  });
});

describe('patches of custom resources', () => {
  it('apply JSON patches as a whole or not at all', async () => {
    await createWidget(widget('json', { tags: ['a', 'b'] }));
    const type = 'application/json-patch+json';
    const good = [
      { op: 'test', path: '/spec/size', value: 'small' },
      { op: 'replace', path: '/spec/tags/0', value: 'c' },
      { op: 'move', from: '/spec/mode', path: '/spec/note' },
    ];
    const bad = [
      { op: 'add', path: '/spec/ratio', value: 1 },
      { op: 'test', path: '/spec/size', value: 'large' },
    ];

    const applied = await sendWidget('PATCH', { body: good, type });
    const refused = await sendWidget('PATCH', { body: bad, type });

    expect(at(applied.body, 'spec')).toEqual({ size: 'small', tags: ['c', 'b'], note: 'auto', mode: 'auto' });
    expect([refused.status, refused.body['reason']]).toEqual([422, 'Invalid']);
    expect(at((await sendWidget('GET')).body, 'spec', 'ratio')).toBeUndefined();
  });

  it('do not include the strategic one for custom resources', async () => {
    const type = 'application/strategic-merge-patch+json';
    const { status, body } = await sendWidget('PATCH', { body: {}, type });

    expect([status, body['reason']]).toEqual([415, 'UnsupportedMediaType']);
    expect(body['message']).toContain('accepted media types include: application/json-patch+json, application/merge-');
  });
});

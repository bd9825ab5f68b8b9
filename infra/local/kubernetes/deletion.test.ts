import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type JsonObject } from './json.ts';
import type { Reply } from './testing/client.ts';
import { startTestedServer, type TestedServer } from './testing/servers.ts';
import { installWidgets, widget, widgetsPath } from './testing/widgets.ts';

const namespace = 'deletion';
let server: TestedServer;

beforeAll(async () => {
  server = await startTestedServer();
  await installWidgets(server.api, namespace);
});

afterAll(() => server[Symbol.asyncDispose]());

async function create(name: string, finalizers: readonly string[] = []): Promise<JsonObject> {
  return (await server.api.send('POST', widgetsPath(namespace), { body: widget(name, {}, { finalizers }) })).body;
}

function send(method: string, name: string, body?: JsonObject, query = ''): Promise<Reply> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const options = body === undefined ? {} : { body, type };
  return server.api.send(method, `${widgetsPath(namespace, name)}${query}`, options);
}

describe('delete', () => {
  it('answers with a Status that names the object', async () => {
    const made = await create('plain');

    const { status, body } = await send('DELETE', 'plain');

    expect(status).toBe(200);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: {
        name: 'plain',
        group: 'test.example.com',
        kind: 'widgets',
        uid: at(made, 'metadata', 'uid'),
      },
    });
    expect((await send('GET', 'plain')).body['message']).toBe('widgets.test.example.com "plain" not found');
  });

  it('marks what finalizers hold, once, and lets it go with the last of them', async () => {
    await create('held', ['a.io/one', 'a.io/two']);

    const marked = await send('DELETE', 'held');
    const again = await send('DELETE', 'held');
    const one = await send('PATCH', 'held', { metadata: { finalizers: ['a.io/two'] } });
    const last = await send('PATCH', 'held', { metadata: { finalizers: null } });

    expect(at(marked.body, 'metadata', 'deletionGracePeriodSeconds')).toBe(0);
    expect(at(marked.body, 'metadata', 'generation')).toBe(2);
    expect(again.body).toEqual(marked.body);
    expect(one.status).toBe(200);
    expect(at(last.body, 'metadata', 'resourceVersion')).toBe(at(one.body, 'metadata', 'resourceVersion'));
    expect((await send('GET', 'held')).status).toBe(404);
  });

  it('lets nobody add finalizers or the same name while it lasts', async () => {
    await create('dying', ['a.io/one']);
    await send('DELETE', 'dying');

    const added = await send('PATCH', 'dying', { metadata: { finalizers: ['a.io/one', 'a.io/new'] } });
    const twice = await server.api.send('POST', widgetsPath(namespace), { body: widget('dying') });

    const why =
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.io/new"}';
    expect([added.status, added.body['message']]).toEqual([422, `Widget.test.example.com "dying" is invalid: ${why}`]);
    expect(twice.body['message']).toBe('object is being deleted: widgets.test.example.com "dying" already exists');
  });

  it('checks preconditions', async () => {
    await create('checked');

    const uid = await send('DELETE', 'checked', { preconditions: { uid: 'other' } });
    const version = await send('DELETE', 'checked', { preconditions: { resourceVersion: '1' } });

    expect(uid.status).toBe(409);
    expect(uid.body['message']).toMatch(
      /^Operation cannot be fulfilled on Widget\.test\.example\.com "checked": the UID in the precondition \(other\)/,
    );
    expect(version.body['message']).toMatch(/the ResourceVersion in the precondition \(1\) does not match/);
  });

  it('turns the propagation policy into a finalizer', async () => {
    await create('foreground');
    const dryRun = '?propagationPolicy=Foreground&dryRun=All';

    const { body } = await send('DELETE', 'foreground', undefined, dryRun);
    const bad = await send('DELETE', 'foreground', undefined, '?propagationPolicy=Sideways');

    expect(at(body, 'metadata', 'finalizers')).toEqual(['foregroundDeletion']);
    expect((await send('GET', 'foreground')).status).toBe(200);
    expect(bad.status).toBe(422);
    expect(bad.body['message']).toContain('propagationPolicy: Unsupported value: "Sideways": supported values:');
  });

  it('of a collection answers with what was deleted', async () => {
    await server.api.send('POST', widgetsPath(namespace), { body: widget('x1', {}, { labels: { set: 'x' } }) });
    await server.api.send('POST', widgetsPath(namespace), { body: widget('x2', {}, { labels: { set: 'x' } }) });

    const deleted = await server.api.send('DELETE', `${widgetsPath(namespace)}?labelSelector=set%3Dx`);
    const left = await server.api.send('GET', `${widgetsPath(namespace)}?labelSelector=set%3Dx`);

    expect(deleted.body['kind']).toBe('WidgetList');
    expect(deleted.body['items']).toHaveLength(2);
    expect(left.body['items']).toEqual([]);
  });
});

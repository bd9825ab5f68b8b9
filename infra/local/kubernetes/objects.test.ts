import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type JsonObject, textOf } from './json.ts';
import type { Reply, SendOptions } from './testing/client.ts';
import { startTestedServer, type TestedServer } from './testing/servers.ts';
import { installWidgets, widget, widgetsPath } from './testing/widgets.ts';

const namespace = 'objects';
const merge = 'application/merge-patch+json';
let server: TestedServer;

beforeAll(async () => {
  server = await startTestedServer();
  await installWidgets(server.api, namespace);
});

afterAll(() => server[Symbol.asyncDispose]());

function create(body: JsonObject, query = ''): Promise<Reply> {
  return server.api.send('POST', `${widgetsPath(namespace)}${query}`, { body });
}

function send(method: string, name: string, options: SendOptions = {}, subresource = ''): Promise<Reply> {
  return server.api.send(method, widgetsPath(namespace, name, subresource), options);
}

function patch(name: string, body: JsonObject, subresource = ''): Promise<Reply> {
  return send('PATCH', name, { body, type: merge }, subresource);
}

function version({ body }: Reply): string {
  return textOf(at(body, 'metadata', 'resourceVersion')) ?? '';
}

describe('create', () => {
  it('refuses a body of more than 3 MiB, and goes on', async () => {
    const { status } = await create(widget('huge', { note: 'x'.repeat(3 * 1024 * 1024) }));

    expect(status).toBe(413);
    expect((await create(widget('small'))).status).toBe(201);
  });

  it('fills in system fields and defaults, also nested ones', async () => {
    const { status, body } = await create(widget('filled', { nested: {} }));

    expect(status).toBe(201);
    expect(at(body, 'spec')).toEqual({ size: 'small', mode: 'auto', nested: { level: 1 } });
    expect(at(body, 'metadata', 'generation')).toBe(1);
    expect(at(body, 'metadata', 'uid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(at(body, 'metadata', 'creationTimestamp')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('drops the status of the client', async () => {
    const { body } = await create(widget('status', {}, {}, { status: { phase: 'Done' } }));

    expect(body['status']).toBeUndefined();
  });

  it('generates a name of 63 characters at most', async () => {
    const { body } = await create(widget('', {}, { generateName: `${'g'.repeat(62)}-` }));

    expect(at(body, 'metadata', 'name')).toMatch(/^g{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('prunes what the schema does not know, and keeps it where it may', async () => {
    const { body, warnings } = await create(widget('pruned', { other: 1, free: { any: { thing: 1 } }, note: null }));

    expect(at(body, 'spec')).toEqual({ size: 'small', mode: 'auto', free: { any: { thing: 1 } }, note: null });
    expect(warnings).toEqual(['unknown field "spec.other"']);
  });

  it('refuses unknown and duplicate fields when asked to', async () => {
    const body = JSON.stringify(widget('strict', { other: 1 })).replace('"small"', '"small","size":"small"');
    const path = `${widgetsPath(namespace)}?fieldValidation=Strict`;

    const reply = await server.api.send('POST', path, { body });

    expect(reply.status).toBe(400);
    const why = 'strict decoding error: duplicate field "spec.size", unknown field "spec.other"';
    expect(reply.body['message']).toBe(`Widget in version "v1" cannot be handled as a Widget: ${why}`);
  });

  it('answers 409 for a name that is taken, 404 for a namespace that is not there', async () => {
    await create(widget('taken'));
    const taken = await create(widget('taken'));
    const nowhere = await server.api.send('POST', widgetsPath('nowhere'), { body: widget('a') });

    expect(taken.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'widgets.test.example.com "taken" already exists',
      reason: 'AlreadyExists',
      details: { name: 'taken', group: 'test.example.com', kind: 'widgets' },
      code: 409,
    });
    expect([nowhere.status, nowhere.body['message']]).toEqual([404, 'namespaces "nowhere" not found']);
  });

  it('stores nothing in a dry run', async () => {
    const made = await create(widget('dry'), '?dryRun=All');
    const found = await send('GET', 'dry');

    expect([made.status, version(made), found.status]).toEqual([201, '', 404]);
  });

  it('takes YAML as YAML 1.1 and answers YAML', async () => {
    const text = `apiVersion: test.example.com/v1\nkind: Widget\nmetadata: {name: yaml}\nspec: {size: small, note: n}\n`;
    const wrong = await server.api.send('POST', widgetsPath(namespace), { body: text, type: 'application/yaml' });
    const body = text.replace('note: n', 'note: "n"');
    const right = await server.api.send('POST', widgetsPath(namespace), { body, type: 'application/yaml' });
    const read = await send('GET', 'yaml', { accept: 'application/yaml' });

    expect(wrong.body['message']).toContain('spec.note in body must be of type string: "boolean"');
    expect(right.status).toBe(201);
    expect(read.text).toContain('\n  note: "n"\n');
  });
});

describe('update', () => {
  it('counts changes of the spec, not those of metadata or status', async () => {
    await create(widget('counted'));

    const generations = [
      await patch('counted', { metadata: { labels: { a: 'b' } } }),
      await patch('counted', { status: { phase: 'Done' } }, 'status'),
      await patch('counted', { spec: { mode: 'manual' } }),
    ].map(({ body }) => at(body, 'metadata', 'generation'));

    expect(generations).toEqual([1, 1, 2]);
  });

  it('writes nothing when nothing changes', async () => {
    const made = await create(widget('same'));

    const again = await patch('same', { spec: { size: 'small', unknown: 1 } });

    expect(version(again)).toBe(version(made));
  });

  it('keeps the status on the main endpoint and everything else on /status', async () => {
    await create(widget('split'));

    const status = await patch(
      'split',
      { spec: { mode: 'x' }, metadata: { labels: { a: 'b' } }, status: {} },
      'status',
    );
    const main = await patch('split', { status: { phase: 'Done' }, spec: { mode: 'y' } });

    expect(at(status.body, 'spec', 'mode')).toBe('auto');
    expect(at(status.body, 'metadata', 'labels')).toBeUndefined();
    expect(status.body['status']).toEqual({ phase: 'New' });
    expect(main.body['status']).toEqual({ phase: 'New' });
    expect(at(main.body, 'spec', 'mode')).toBe('y');
  });

  it('refuses an old resourceVersion and a missing one', async () => {
    const made = await create(widget('locked'));
    await patch('locked', { metadata: { labels: { a: 'b' } } });

    const old = await send('PUT', 'locked', { body: made.body });
    const missing = await send('PUT', 'locked', { body: widget('locked') });
    const oldPatch = await patch('locked', { metadata: { resourceVersion: version(made) } });

    const text =
      'Operation cannot be fulfilled on widgets.test.example.com "locked": the object has been modified; please apply your changes to the latest version and try again';
    expect([old.status, old.body['reason'], old.body['message']]).toEqual([409, 'Conflict', text]);
    expect(oldPatch.body['message']).toBe(text);
    expect(missing.status).toBe(422);
    expect(missing.body['message']).toBe(
      'widgets.test.example.com "locked" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
  });

  it('refuses another uid and ignores other system fields', async () => {
    const { body } = await create(widget('identity'));
    const uid = await patch('identity', { metadata: { uid: 'x' } });
    const ignored = await patch('identity', { metadata: { generation: 9, creationTimestamp: '2000-01-01T00:00:00Z' } });

    expect(uid.body['message']).toBe(
      'Widget.test.example.com "identity" is invalid: metadata.uid: Invalid value: "x": field is immutable',
    );
    expect(at(ignored.body, 'metadata', 'creationTimestamp')).toBe(at(body, 'metadata', 'creationTimestamp'));
    expect(at(ignored.body, 'metadata', 'generation')).toBe(1);
  });
});

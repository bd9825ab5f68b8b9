import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type JsonObject, textOf } from './json.ts';
import type { OpenWatch, SendOptions, WatchEvent } from './testing/client.ts';
import { startTestedServer, type TestedServer } from './testing/servers.ts';
import { installWidgets, widget, widgetsPath } from './testing/widgets.ts';

const namespace = 'watches';
let server: TestedServer;

beforeAll(async () => {
  server = await startTestedServer();
  await installWidgets(server.api, namespace);
});

afterAll(() => server[Symbol.asyncDispose]());

function create(name: string, labels: JsonObject = {}): Promise<unknown> {
  return server.api.send('POST', widgetsPath(namespace), { body: widget(name, {}, { labels }) });
}

function patch(name: string, body: JsonObject): Promise<unknown> {
  return server.api.send('PATCH', widgetsPath(namespace, name), { body, type: 'application/merge-patch+json' });
}

async function now(): Promise<string> {
  const { body } = await server.api.send('GET', widgetsPath(namespace));
  return textOf(at(body, 'metadata', 'resourceVersion')) ?? '';
}

function watch(query: string, options: SendOptions = {}): Promise<OpenWatch> {
  return server.api.watch(`${widgetsPath(namespace)}?watch=true${query}`, options);
}

function shortly(events: readonly WatchEvent[]): readonly string[] {
  return events.map(({ type, object }) => `${type} ${at(object, 'metadata', 'name') ?? '-'}`);
}

describe('a watch', () => {
  it('from a resourceVersion tells every change since, and new ones', async () => {
    const since = await now();
    await create('one');
    const open = await watch(`&resourceVersion=${since}`);
    await patch('one', { spec: { mode: 'x' } });
    await patch('one', { spec: { mode: 'x' } }); // changes nothing
    await server.api.send('DELETE', widgetsPath(namespace, 'one'));

    const events = await open.events(3);
    open.close();

    expect(shortly(events)).toEqual(['ADDED one', 'MODIFIED one', 'DELETED one']);
    const versions = events.map(({ object }) => Number(at(object, 'metadata', 'resourceVersion')));
    expect(versions).toEqual([...versions].sort((left, right) => left - right));
    expect(new Set(versions).size).toBe(3);
  });

  it('without one starts with what is there', async () => {
    await create('here');
    const open = await watch('&fieldSelector=metadata.name%3Dhere');

    const events = await open.events(1);
    open.close();

    expect(shortly(events)).toEqual(['ADDED here']);
  });

  it('with a selector tells when an object comes in and leaves', async () => {
    const open = await watch(`&labelSelector=in%3Dyes&resourceVersion=${await now()}`);
    await create('guest', { in: 'no' });
    await patch('guest', { metadata: { labels: { in: 'yes' } } });
    await patch('guest', { metadata: { labels: { more: 'x' } } });
    await patch('guest', { metadata: { labels: { in: 'no' } } });

    const events = await open.events(3);
    open.close();

    expect(shortly(events)).toEqual(['ADDED guest', 'MODIFIED guest', 'DELETED guest']);
    expect(at(events[2]?.object, 'metadata', 'labels')).toEqual({ in: 'yes', more: 'x' }); // as it was before
  });

  it('marks the end of the initial events when asked to', async () => {
    await create('first');
    const query = '&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const open = await watch(`${query}&fieldSelector=metadata.name%3Dfirst`);

    const [added, mark] = await open.events(2);
    open.close();

    expect(added?.type).toBe('ADDED');
    expect(mark?.type).toBe('BOOKMARK');
    expect(at(mark?.object, 'metadata', 'annotations')).toEqual({ 'k8s.io/initial-events-end': 'true' });
    expect(at(mark?.object, 'kind')).toBe('Widget');
  });

  it('ends after its time, with a bookmark if there was something to tell', async () => {
    const query = `&resourceVersion=${await now()}&timeoutSeconds=3&allowWatchBookmarks=true&labelSelector=none`;
    const open = await watch(query);
    await create('unseen');

    const events = await open.ended();

    expect(events.map(({ type }) => type)).toEqual(['BOOKMARK']);
  });

  it('in the form of a table tells the columns once', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const open = await watch(`&resourceVersion=${await now()}`, { accept });
    await create('row1');
    await create('row2');

    const [one, two] = await open.events(2);
    open.close();

    expect(at(one?.object, 'columnDefinitions')).toHaveLength(5);
    expect(at(two?.object, 'columnDefinitions')).toBeNull();
  });

  it('from a forgotten resourceVersion ends with 410 Gone', async () => {
    const open = await watch('&resourceVersion=1');

    const [event] = await open.ended();

    expect(event?.type).toBe('ERROR');
    expect([at(event?.object, 'code'), at(event?.object, 'reason')]).toEqual([410, 'Expired']);
    expect(at(event?.object, 'message')).toMatch(/^too old resource version: 1 \(\d+\)$/);
  });

  it('is refused with options that do not go together', async () => {
    const path = `${widgetsPath(namespace)}?watch=true&resourceVersionMatch=NotOlderThan&resourceVersion=0`;
    const { status, body } = await server.api.send('GET', path);

    expect(status).toBe(422);
    expect(body['message']).toContain(
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  });

  it('ends when the definition of its resource changes', async () => {
    const open = await watch(`&resourceVersion=${await now()}`);
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.test.example.com';
    const body = { spec: { names: { shortNames: ['wd', 'wid'] } } };
    await server.api.send('PATCH', path, { body, type: 'application/merge-patch+json' });

    expect(await open.ended()).toEqual([]);
  });
});

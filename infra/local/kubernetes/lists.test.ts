import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type Json, listOf, textOf } from './json.ts';
import type { Reply, SendOptions } from './testing/client.ts';
import { startTestedServer, type TestedServer } from './testing/servers.ts';
import { createNamespace, installWidgets, widget, widgetsPath } from './testing/widgets.ts';

const namespace = 'lists';
const names = ['a', 'b', 'c', 'd', 'e'];
let server: TestedServer;

beforeAll(async () => {
  server = await startTestedServer();
  await installWidgets(server.api, namespace);
  await createNamespace(server.api, 'lists-other');
  for (const [index, name] of names.entries()) {
    const labels = { name, half: index < 2 ? 'first' : 'second', ...(name === 'a' ? { only: '' } : {}) };
    await server.api.send('POST', widgetsPath(namespace), { body: widget(name, { count: index + 1 }, { labels }) });
  }
  await server.api.send('POST', widgetsPath('lists-other'), { body: widget('z') });
});

afterAll(() => server[Symbol.asyncDispose]());

function list(query: string, options: SendOptions = {}): Promise<Reply> {
  return server.api.send('GET', `${widgetsPath(namespace)}${query}`, options);
}

function namesOf(reply: Reply): readonly string[] {
  return listOf(reply.body['items']).map((item: Json) => String(at(item, 'metadata', 'name')));
}

describe('selectors', () => {
  it.each([
    ['name=a', ['a']],
    ['name==a', ['a']],
    ['name!=a,half=first', ['b']],
    ['name in (a, c)', ['a', 'c']],
    ['name notin (a,b,c)', ['d', 'e']],
    ['only', ['a']],
    ['!only,half=first', ['b']],
    ['only=', ['a']],
    ['name>1', []],
    ['', names],
  ])('by label: %s', async (selector, wanted) => {
    expect(namesOf(await list(`?labelSelector=${encodeURIComponent(selector)}`))).toEqual(wanted);
  });

  it.each([
    ['metadata.name=b', ['b']],
    ['metadata.name!=b,metadata.namespace=lists', ['a', 'c', 'd', 'e']],
  ])('by field: %s', async (selector, wanted) => {
    expect(namesOf(await list(`?fieldSelector=${encodeURIComponent(selector)}`))).toEqual(wanted);
  });

  it.each([
    ['labelSelector', 'a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['labelSelector', 'n in (a', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['fieldSelector', 'spec.size=small', 'field label not supported: spec.size'],
  ])('that can not be read are refused: %s %s', async (parameter, text, message) => {
    const { status, body } = await list(`?${parameter}=${encodeURIComponent(text)}`);

    expect([status, body['message']]).toEqual([400, message]);
  });
});

describe('pages', () => {
  it('hold so many objects and lead to the next', async () => {
    const first = await list('?limit=2');
    const token = textOf(at(first.body, 'metadata', 'continue')) ?? '';
    await server.api.send('POST', widgetsPath(namespace), { body: widget('bb') });
    const second = await list(`?limit=2&continue=${encodeURIComponent(token)}`);
    await server.api.send('DELETE', widgetsPath(namespace, 'bb'));

    expect(namesOf(first)).toEqual(['a', 'b']);
    expect(at(first.body, 'metadata', 'remainingItemCount')).toBe(3);
    expect(namesOf(second)).toEqual(['c', 'd']); // as of the first page, without what came since
    expect(at(second.body, 'metadata', 'resourceVersion')).toBe(at(first.body, 'metadata', 'resourceVersion'));
  });

  it('refuse a token that is none', async () => {
    const { status, body } = await list('?limit=2&continue=nonsense');

    expect(status).toBe(400);
    expect(body['message']).toMatch(/^invalid continue token: continue key is not valid: /);
  });
});

describe('forms', () => {
  it('across namespaces', async () => {
    const everywhere = await server.api.send('GET', '/apis/test.example.com/v1/widgets');

    expect(namesOf(everywhere)).toEqual(['z', ...names]); // by key, and - comes before /
  });

  it('of metadata alone', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
    const { body } = await list('?fieldSelector=metadata.name=a', { accept });

    expect([body['kind'], body['apiVersion']]).toEqual(['PartialObjectMetadataList', 'meta.k8s.io/v1']);
    expect(Object.keys(Object(listOf(body['items'])[0])).sort()).toEqual(['apiVersion', 'kind', 'metadata']);
  });

  it('of a table with the columns of the definition', async () => {
    const path = widgetsPath(namespace, 'a', 'status');
    const status = {
      conditions: [
        { type: 'Other', status: 'False' },
        { type: 'Ready', status: 'True' },
      ],
    };
    await server.api.send('PATCH', path, { body: { status }, type: 'application/merge-patch+json' });

    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const { body } = await list('?fieldSelector=metadata.name=a', { accept });

    const columns = listOf(body['columnDefinitions']);
    expect(columns.map((column) => [at(column, 'name'), at(column, 'type'), at(column, 'priority')])).toEqual([
      ['Name', 'string', 0],
      ['Size', 'string', 0],
      ['Ready', 'string', 0],
      ['Count', 'integer', 1],
      ['Age', 'date', 0],
    ]);
    expect(at(listOf(body['rows'])[0], 'cells')).toEqual(['a', 'small', 'True', 1, expect.stringMatching(/^\d+s$/)]);
    expect(at(listOf(body['rows'])[0], 'object', 'kind')).toBe('PartialObjectMetadata');
  });

  it('that nobody can send are refused', async () => {
    const { status, body } = await list('', { accept: 'text/html' });

    expect([status, body['reason']]).toEqual([406, 'NotAcceptable']);
  });
});

describe('a list at a resourceVersion', () => {
  it('shows that state when it must be exact', async () => {
    const before = textOf(at((await list('')).body, 'metadata', 'resourceVersion')) ?? '';
    await server.api.send('POST', widgetsPath(namespace), { body: widget('later') });

    const then = await list(`?resourceVersion=${before}&resourceVersionMatch=Exact`);
    await server.api.send('DELETE', widgetsPath(namespace, 'later'));

    expect(namesOf(then)).toEqual(names);
  });

  it('is refused when that is no number or not there yet', async () => {
    const word = await list('?resourceVersion=abc');
    const future = await list('?resourceVersion=99999999');

    expect([word.status, word.body['reason']]).toEqual([400, 'BadRequest']);
    expect([future.status, future.headers['retry-after']]).toEqual([504, '1']);
  });
});

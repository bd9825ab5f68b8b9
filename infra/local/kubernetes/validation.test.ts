import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type JsonObject, listOf, textOf } from './json.ts';
import { startTestedServer, type TestedServer } from './testing/servers.ts';
import { installWidgets, widget, widgetsPath } from './testing/widgets.ts';

const namespace = 'validation';
const unchecked =
  '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
let server: TestedServer;

beforeAll(async () => {
  server = await startTestedServer();
  await installWidgets(server.api, namespace);
});

afterAll(() => server[Symbol.asyncDispose]());

/** Causes as `field: message`, sorted: a real server tells schema errors in any order. */
function causesOf(body: JsonObject): readonly string[] {
  return listOf(at(body, 'details', 'causes'))
    .map((cause) => `${at(cause, 'field')}: ${at(cause, 'message')}`)
    .sort();
}

const refused: readonly (readonly [string, JsonObject, readonly string[]])[] = [
  ['a missing field', { size: null }, ['spec.size: Required value', unchecked]],
  [
    'a value outside an enum',
    { size: 'huge' },
    ['spec.size: Unsupported value: "huge": supported values: "small", "large"', unchecked],
  ],
  [
    'a wrong type',
    { count: 'one' },
    ['spec.count: Invalid value: "string": spec.count in body must be of type integer: "string"', unchecked],
  ],
  [
    'a fraction for a whole number',
    { count: 1.5 },
    ['spec.count: Invalid value: "number": spec.count in body must be of type integer: "number"', unchecked],
  ],
  [
    'a list for an object',
    { nested: [] },
    ['spec.nested: Invalid value: "array": spec.nested in body must be of type object: "array"', unchecked],
  ],
  [
    'neither number nor text',
    { port: true },
    ['spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"', unchecked],
  ],
  ['a text that is too long', { title: 'abcdef' }, ['spec.title: Too long: may not be more than 5 bytes', unchecked]],
  [
    'a text that is too short',
    { title: 'a' },
    ['spec.title: Invalid value: "a": spec.title in body should be at least 2 chars long'],
  ],
  [
    'a text that does not match',
    { title: 'AB' },
    ['spec.title: Invalid value: "AB": spec.title in body should match \'^[a-z]+$\''],
  ],
  [
    'a number that is too small',
    { count: 0 },
    ['spec.count: Invalid value: 0: spec.count in body should be greater than or equal to 1'],
  ],
  [
    'a number that is too large',
    { count: 10 },
    ['spec.count: Invalid value: 10: spec.count in body should be less than or equal to 9'],
  ],
  ['too many items', { tags: ['a', 'b', 'c'] }, ['spec.tags: Too many: 3: must have at most 2 items', unchecked]],
  ['a repeated item of a set', { tags: ['a', 'a'] }, ['spec.tags[1]: Duplicate value: "a"']],
  [
    'a repeated key of a map list',
    { parts: [{ name: 'a' }, { name: 'a', weight: 1 }] },
    ['spec.parts[1]: Duplicate value: {"name":"a"}'],
  ],
  ['a value of a map', { labels: { a: 'abcd' } }, ['spec.labels.a: Too long: may not be more than 3 bytes', unchecked]],
  ['a failed rule', { size: 'large' }, ['spec: Invalid value: "object": large widgets need a title']],
  ['a rule with a message expression', { count: 7 }, ['spec: Invalid value: "object": small is not seven']],
  ['a rule with a reason', { namespace: 'kube-system' }, ['spec: Forbidden: not there']],
  [
    'a rule without a message',
    { address: 'http://a' },
    [
      'spec: Invalid value: "object": failed rule: !has(self.address) || (isURL(self.address) && url(self.address).getScheme() == \'https\')',
    ],
  ],
  [
    'a rule that can not be evaluated',
    { tags: ['a'] },
    ['spec: Invalid value: "object": index out of bounds: 1 evaluating rule: the second tag is not x'],
  ],
  [
    'several at once',
    { size: 'large', count: 7, title: undefined },
    ['spec: Invalid value: "object": large is not seven', 'spec: Invalid value: "object": large widgets need a title'],
  ],
];

describe('a custom resource is refused with the words of a real API server for', () => {
  it.each(refused)('%s', async (_, spec, causes) => {
    const { status, body } = await server.api.send('POST', widgetsPath(namespace), { body: widget('bad', spec) });

    expect(status).toBe(422);
    expect(causesOf(body)).toEqual([...causes].sort());
    const list = [...causes];
    expect(textOf(body['message'])).toContain('Widget.test.example.com "bad" is invalid: ');
    for (const cause of list) expect(textOf(body['message'])).toContain(cause);
  });
});

const metadata: readonly (readonly [string, JsonObject, RegExp])[] = [
  [
    'a name with capitals',
    { name: 'Bad' },
    /^metadata\.name: Invalid value: "Bad": a lowercase RFC 1123 subdomain must/,
  ],
  ['a name that is too long', { name: 'a'.repeat(254) }, /must be no more than 253 characters$/],
  ['no name', { name: '' }, /^metadata\.name: Required value: name or generateName is required$/m],
  [
    'a label key',
    { labels: { 'bad key': 'v' } },
    /^metadata\.labels: Invalid value: "bad key": name part must consist of/,
  ],
  ['a label value', { labels: { a: 'v'.repeat(64) } }, /must be no more than 63 characters$/],
  [
    'a label value with blanks',
    { labels: { a: 'b c' } },
    /^metadata\.labels: Invalid value: "b c": a valid label must be/,
  ],
  [
    'an annotation key',
    { annotations: { 'a/b/c': '' } },
    /^metadata\.annotations: Invalid value: "a\/b\/c": a qualified/,
  ],
  [
    'a finalizer',
    { finalizers: ['bad one'] },
    /^metadata\.finalizers: Invalid value: "bad one": name part must consist/,
  ],
  [
    'an owner without a uid',
    { ownerReferences: [{ apiVersion: 'v1', kind: 'Secret', name: 's', uid: '' }] },
    /^metadata\.ownerReferences\.uid: Invalid value: "": must not be empty$/,
  ],
];

describe('metadata is refused for', () => {
  it.each(metadata)('%s', async (_, meta, cause) => {
    const { status, body } = await server.api.send('POST', widgetsPath(namespace), { body: widget('meta', {}, meta) });

    expect(status).toBe(422);
    expect(causesOf(body).join('\n')).toMatch(cause);
  });
});

describe('an update', () => {
  async function stored(name: string, spec: JsonObject): Promise<JsonObject> {
    return (await server.api.send('POST', widgetsPath(namespace), { body: widget(name, spec) })).body;
  }

  function patch(name: string, spec: JsonObject) {
    const path = widgetsPath(namespace, name);
    return server.api.send('PATCH', path, { body: { spec }, type: 'application/merge-patch+json' });
  }

  it('runs transition rules and names the field of the rule', async () => {
    await stored('fixed', {});

    const { status, body } = await patch('fixed', { size: 'large', title: 'abc' });

    expect(status).toBe(422);
    expect(causesOf(body)).toEqual(['spec.size: Invalid value: "object": size is immutable']);
  });

  it('compares items of a map list by their key', async () => {
    await stored('list', { parts: [{ name: 'a', weight: 5 }] });

    const moved = await patch('list', {
      parts: [
        { name: 'b', weight: 1 },
        { name: 'a', weight: 6 },
      ],
    });
    const shrunk = await patch('list', {
      parts: [
        { name: 'b', weight: 1 },
        { name: 'a', weight: 2 },
      ],
    });

    expect(moved.status).toBe(200);
    expect(causesOf(shrunk.body)).toEqual(['spec.parts[1]: Invalid value: "object": weight may only grow']);
  });
});

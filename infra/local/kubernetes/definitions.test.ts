import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type JsonObject, listOf } from './json.ts';
import { startTestedServer, type TestedServer } from './testing/servers.ts';
import { createNamespace } from './testing/widgets.ts';

const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
let server: TestedServer;

beforeAll(async () => {
  server = await startTestedServer();
});

afterAll(() => server[Symbol.asyncDispose]());

function definition(plural: string, schema: JsonObject, spec: JsonObject = {}): JsonObject {
  const kind = `${plural.slice(0, 1).toUpperCase()}${plural.slice(1, -1)}`;
  const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.t.example.com` },
    spec: { group: 't.example.com', scope: 'Namespaced', names: { plural, kind }, versions, ...spec },
  };
}

function root(properties: JsonObject, more: JsonObject = {}): JsonObject {
  return { type: 'object', properties, ...more };
}

const rules = (...list: readonly string[]): JsonObject => ({
  'x-kubernetes-validations': list.map((rule) => ({ rule, message: 'm' })),
});

const refused: readonly (readonly [string, JsonObject, readonly RegExp[]])[] = [
  [
    'another name than its plural and group',
    { ...definition('as', root({})), metadata: { name: 'wrong.t.example.com' } },
    [/^metadata\.name: Invalid value: "wrong\.t\.example\.com": must be spec\.names\.plural\+"\."\+spec\.group$/],
  ],
  [
    'no schema',
    definition('bs', {}, { versions: [{ name: 'v1', served: true, storage: true }] }),
    [/^spec\.versions\[0\]\.schema\.openAPIV3Schema: Required value$/],
  ],
  [
    'a field without type',
    definition('cs', root({ spec: root({ a: {} }) })),
    [/\.properties\[spec\]\.properties\[a\]\.type: Required value: must not be empty for specified object fields$/],
  ],
  [
    'a list without items',
    definition('ds', root({ spec: { type: 'array' } })),
    [/\.properties\[spec\]\.items: Required value: must be specified$/],
  ],
  [
    'a root that is no object',
    definition('es', { type: 'string' }),
    [/\.type: Invalid value: "string": must be object at the root$/],
  ],
  [
    'two versions to store',
    definition('fs', root({}), {
      versions: ['v1', 'v2'].map((name) => ({
        name,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: root({}) },
      })),
    }),
    [
      /^spec\.versions: .*: must have exactly one version marked as storage version$/,
      /must have the storage version v2$/,
    ],
  ],
  [
    'a default of the wrong type',
    definition('gs', root({ spec: root({ a: { type: 'string', default: 5 } }) })),
    [/\.properties\[a\]\.default: Invalid value: "integer": {2}in body must be of type string: "integer"$/],
  ],
  [
    'a rule about a field that is not there',
    definition('hs', root({ spec: root({ a: { type: 'string' } }, rules('self.b == 1')) })),
    [/compilation failed: ERROR: <input>:1:5: undefined field 'b'\n \| self\.b == 1\n \| \.\.\.\.\^$/],
  ],
  [
    'a rule that says neither yes nor no',
    definition('is', root({ spec: root({ a: { type: 'string' } }, rules('size(self.a)')) })),
    [/: cel expression must evaluate to a bool$/],
  ],
  [
    'a rule that is no CEL',
    definition('js', root({ spec: root({ a: { type: 'string' } }, rules('self.a +')) })),
    [/compilation failed: ERROR: <input>:1:9: Syntax error: /],
  ],
];

describe('a definition is refused for', () => {
  it.each(refused)('%s', async (_, body, texts) => {
    const reply = await server.api.send('POST', path, { body });

    expect(reply.status).toBe(422);
    const causes = listOf(at(reply.body, 'details', 'causes')).map(
      (one) => `${at(one, 'field')}: ${at(one, 'message')}`,
    );
    for (const text of texts) expect(causes).toContainEqual(expect.stringMatching(text));
  });
});

describe('a definition', () => {
  async function served(plural: string): Promise<string> {
    const url = `/apis/t.example.com/v1/namespaces/defs/${plural}`;
    while ((await server.api.send('GET', url)).status !== 200);
    return url;
  }

  it('may change: new fields, new defaults, also for what is stored', async () => {
    await createNamespace(server.api, 'defs');
    const before = definition('ks', root({ spec: root({ a: { type: 'string' } }) }));
    await server.api.send('POST', path, { body: before });
    const url = await served('ks');
    const body = { apiVersion: 't.example.com/v1', kind: 'K', metadata: { name: 'k' }, spec: { a: 'x', b: 'lost' } };
    await server.api.send('POST', url, { body });

    const schema = root({ spec: root({ a: { type: 'string' }, b: { type: 'string', default: 'new' } }) });
    const after = definition('ks', schema)['spec'];
    await server.api.send('PATCH', `${path}/ks.t.example.com`, {
      body: { spec: after ?? {} },
      type: 'application/merge-patch+json',
    });

    await expect
      .poll(async () => at((await server.api.send('GET', `${url}/k`)).body, 'spec'))
      .toEqual({ a: 'x', b: 'new' });
  });

  it('shows up in discovery and OpenAPI', async () => {
    const list = await server.api.send('GET', '/apis/t.example.com/v1');
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const aggregated = await server.api.send('GET', '/apis', { accept });
    const schemaOf = async (): Promise<unknown> => {
      const { body } = await server.api.send('GET', '/openapi/v3/apis/t.example.com/v1');
      return at(body, 'components', 'schemas', 'com.example.t.v1.K', 'properties', 'spec', 'properties', 'a', 'type');
    };

    expect(listOf(list.body['resources']).map((one) => [at(one, 'name'), at(one, 'kind')])).toEqual([['ks', 'K']]);
    expect(aggregated.headers['content-type']).toBe(accept);
    const groups = listOf(aggregated.body['items']).map((item) => at(item, 'metadata', 'name'));
    expect(groups).toContain('t.example.com');
    await expect.poll(schemaOf).toBe('string'); // a real server builds its documents in the background
  });

  it('may not change its group, scope or kind', async () => {
    const body = { spec: { scope: 'Cluster' } };
    const reply = await server.api.send('PATCH', `${path}/ks.t.example.com`, {
      body,
      type: 'application/merge-patch+json',
    });

    expect(reply.status).toBe(422);
    expect(reply.body['message']).toContain('spec.scope: Invalid value: "Cluster": field is immutable');
  });
});

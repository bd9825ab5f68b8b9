import { describe, expect, it } from 'vitest';
import { decodeProtobuf } from '../protobuf/decode.ts';
import { decodeBody } from './body.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { parseJson } from './go-json.ts';
import { negotiate } from './negotiation.ts';
import { requestInfo } from './request-info.ts';

function info(method: string, path: string) {
  return requestInfo(method, new URL(path, 'https://localhost'));
}

describe('a request', () => {
  it.each([
    ['GET', '/api/v1/namespaces/a/secrets/b', { verb: 'get', resource: 'secrets', namespace: 'a', name: 'b' }],
    ['GET', '/api/v1/secrets', { verb: 'list', resource: 'secrets', namespace: undefined, name: undefined }],
    ['GET', '/api/v1/secrets?watch=1', { verb: 'watch' }],
    ['GET', '/api/v1/watch/namespaces/a/secrets', { verb: 'watch', resource: 'secrets', namespace: 'a' }],
    ['GET', '/api/v1/secrets?watch=false', { verb: 'list' }],
    ['GET', '/api/v1/namespaces/a', { verb: 'get', resource: 'namespaces', namespace: 'a', name: 'a' }],
    [
      'PUT',
      '/api/v1/namespaces/a/status',
      { verb: 'update', resource: 'namespaces', subresource: 'status', name: 'a' },
    ],
    ['DELETE', '/apis/g.io/v1/namespaces/a/things', { verb: 'deletecollection', group: 'g.io', version: 'v1' }],
    ['PATCH', '/apis/g.io/v1/things/b/status', { verb: 'patch', name: 'b', subresource: 'status' }],
    ['GET', '/api/v1/secrets?fieldSelector=metadata.name%3Dx', { verb: 'list', name: 'x' }],
    ['GET', '/apis/g.io/v1', { isResource: false, verb: 'get' }],
    ['GET', '/healthz', { isResource: false, path: '/healthz' }],
  ])('%s %s', (method, path, wanted) => {
    expect(info(method, path)).toMatchObject(wanted);
  });

  it('with a broken escape is refused', () => {
    expect(() => info('GET', '/api/v1/%zz')).toThrow('invalid URL escape in path "/api/v1/%zz"');
  });
});

describe('the wanted form', () => {
  it.each([
    [undefined, { as: 'object', yaml: false }],
    ['application/yaml', { as: 'object', yaml: true }],
    ['text/html, application/json;q=0.5', { as: 'object' }],
    ['application/json;as=Table;v=v1;g=meta.k8s.io,application/json', { as: 'Table', version: 'v1' }],
    ['application/json;as=Table;v=v9;g=meta.k8s.io,application/json', { as: 'object' }],
    ['application/vnd.kubernetes.protobuf,application/json', { as: 'object' }],
  ])('of %s', (header, wanted) => {
    expect(negotiate(header)).toMatchObject(wanted);
  });
});

describe('a body', () => {
  it.each([
    ['{"a":1,"a":2}', ['a']],
    ['{"a":{"b":1,"b":{}},"c":[{"d":1,"d":2}]}', ['a.b', 'c[0].d']],
    ['{"a":"{\\"b\\":1,\\"b\\":2}","c":["x","x"]}', []],
    ['{"a":1,"\\u0061":2}', ['a']],
  ])('%s repeats %j', (text, paths) => {
    expect(duplicateKeys(text)).toEqual(paths);
  });

  it('in YAML is read as YAML 1.1, times as text', () => {
    const { value } = decodeBody('a: y\nb: 2026-01-01T00:00:00Z\nc: 010\nd: "y"\n', 'yaml');

    expect(value).toEqual({ a: true, b: '2026-01-01T00:00:00Z', c: 8, d: 'y' });
  });

  it.each([
    ['{"a": ', 'unexpected end of JSON input'],
    ['{"a": x}', "invalid character 'x' looking for beginning of value"],
  ])('%s is refused in the words of Go', (text, message) => {
    expect(() => parseJson(text)).toThrow(message);
  });
});

describe('a protobuf body', () => {
  // Secret "s" with data a = "b", type "Opaque", immutable; as kubectl sends it.
  const secret = Buffer.concat([
    Buffer.from([0x6b, 0x38, 0x73, 0x00]),
    Buffer.from('0a0c0a0276311206', 'hex'),
    Buffer.from('Secret'),
    Buffer.from('12170a030a0173', 'hex'),
    Buffer.from('12060a0161120162', 'hex'),
    Buffer.from('1a06', 'hex'),
    Buffer.from('Opaque'),
    Buffer.from('2801', 'hex'),
  ]);

  it('becomes the object it stands for', () => {
    expect(decodeProtobuf(secret)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { a: 'Yg==' },
      type: 'Opaque',
      immutable: true,
    });
  });

  it('that is cut short or no protobuf is refused', () => {
    expect(() => decodeProtobuf(secret.subarray(0, 20))).toThrow('a protobuf field is longer than its message');
    expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow('the k8s prefix is missing');
  });
});

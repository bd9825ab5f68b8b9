import { describeStrictness } from '../../strictness-fixture.ts';

const hcv = {
  protocol: 'http',
  host: '127.0.0.1',
  port: 8200,
  mount: 'secret',
  kv: 'v1',
  auth_method: 'token',
  base64_decode: false,
};

describeStrictness({
  path: 'vaults',
  accepted: [
    {
      body: { name: 'env', prefix: 'my-env' },
      stored: { name: 'env', config: null, description: null },
    },
    { body: { name: 'env', prefix: 'my-env', description: 'd', config: { prefix: 'X_', base64_decode: true } } },
    { body: { name: 'hcv', prefix: 'my-hcv' }, stored: { config: hcv } },
    {
      body: { name: 'hcv', prefix: 'my-hcv', config: { kv: 'v2', token: 't' } },
      stored: { config: { ...hcv, kv: 'v2', token: 't' } },
    },
    { body: { name: 'konnect', prefix: 'store', config: { config_store_id: 'x' } } },
    { body: { name: 'aws', prefix: 'my-aws', config: { region: 'us-east-1', ttl: 60 } } },
  ],
  refused: [
    { body: { name: 'env' }, detail: { messages: ["missing properties: 'prefix'"] } },
    { body: { name: 'file', prefix: 'my-file' }, detail: { field: 'name' } },
    { body: { name: 'env', prefix: 'My' }, detail: { field: 'prefix' } },
    { body: { name: 'env', prefix: 'a' }, detail: { field: 'prefix' } },
    { body: { name: 'env', prefix: 'x-' }, detail: { field: 'prefix' } },
    {
      body: { name: 'env', prefix: 'aws' },
      detail: { field: 'prefix', messages: ['must not be any of [env konnect aws gcp azure hcv conjur]'] },
    },
    {
      body: { name: 'env', prefix: 'my-env', config: { region: 'x' } },
      detail: { field: 'config.region', messages: ['unknown field'] },
    },
    {
      body: { name: 'gcp', prefix: 'my-gcp' },
      detail: { field: 'config.project_id', messages: ['required field missing'] },
    },
    {
      body: { name: 'hcv', prefix: 'my-hcv', config: { kv: 'v3' } },
      detail: { field: 'config.kv', messages: ['expected one of: v1, v2'] },
    },
    {
      body: { name: 'hcv', prefix: 'my-hcv', config: { port: '1' } },
      detail: { field: 'config.port', messages: ['expected an integer'] },
    },
    { body: { name: 'aws', prefix: 'my-aws', config: { ttl: -1 } }, detail: { field: 'config.ttl' } },
  ],
  clashes: [
    {
      first: { name: 'env', prefix: 'mine' },
      second: { name: 'hcv', prefix: 'mine' },
      message: 'prefix (type: unique) constraint failed',
    },
  ],
});

import { expect } from 'vitest';
import { describeStrictness, ids } from '../../strictness-fixture.ts';

const keyAuth = {
  key_names: ['apikey'],
  hide_credentials: false,
  anonymous: null,
  key_in_header: true,
  key_in_query: true,
  key_in_body: false,
  run_on_preflight: true,
  realm: null,
};
const config = (field: string, message: string) => ({
  type: 'ERROR_TYPE_FIELD',
  field: `config.${field}`,
  messages: [message],
});
const limited = (values: object) => ({ name: 'rate-limiting', config: values });
const service = { id: ids.one };

describeStrictness({
  path: 'plugins',
  given: [
    ['services', ids.one, { host: 'h' }],
    ['consumers', ids.one, { username: 'ann' }],
    ['consumer_groups', ids.one, { name: 'gold' }],
  ],
  accepted: [
    {
      body: { name: 'key-auth', config: { key_names: ['x'], anonymous: null }, enabled: false, service },
      stored: { config: { ...keyAuth, key_names: ['x'] }, enabled: false, service },
    },
    {
      body: limited({ minute: 5, redis_host: 'r.example' }),
      stored: { config: { minute: 5, second: null, policy: 'local', redis_host: 'r.example', redis_port: 6379 } },
    },
    {
      body: limited({ minute: 5, policy: 'redis', redis: { host: 'r', port: 1 } }),
      stored: { config: { redis_port: 1 } },
    },
    { body: { name: 'proxy-cache', config: { strategy: 'memory' }, consumer: { id: ids.one } } },
    { body: { name: 'acl', config: { allow: ['a'] } } },
    { body: { name: 'cors', config: { methods: ['GET'], max_age: 1.5 } } },
    { body: { name: 'hmac-auth', config: { clock_skew: 1 } } },
    { body: { name: 'jwt', config: { maximum_expiration: 1, claims_to_verify: ['exp'] } } },
    {
      body: { name: 'request-transformer', config: { add: { headers: ['x:y'] }, replace: { uri: '/x' } } },
      stored: { config: { add: { body: [], headers: ['x:y'], querystring: [] }, replace: { uri: '/x', body: [] } } },
    },
  ],
  refused: [
    { body: { name: 'key-auth', config: { key_name: 'x' } }, detail: config('key_name', 'unknown field') },
    { body: { name: 'key-auth', config: { key_names: 'x' } }, detail: config('key_names', 'expected an array') },
    {
      body: { name: 'key-auth', config: { key_names: ['x', 1] } },
      detail: config('key_names[1]', 'expected a string'),
    },
    {
      body: { name: 'key-auth', config: { hide_credentials: 'no' } },
      detail: config('hide_credentials', 'expected a boolean'),
    },
    { body: { name: 'proxy-cache' }, detail: config('strategy', 'required field missing') },
    {
      body: { name: 'proxy-cache', config: { strategy: 'redis' } },
      detail: config('strategy', 'expected one of: memory'),
    },
    {
      body: { name: 'proxy-cache', config: { strategy: 'memory', response_code: [] } },
      detail: config('response_code', 'length must be at least 1'),
    },
    {
      body: { name: 'proxy-cache', config: { strategy: 'memory', response_code: [99] } },
      detail: config('response_code[0]', 'value should be between 100 and 900'),
    },
    {
      body: limited({}),
      detail: {
        type: 'ERROR_TYPE_ENTITY',
        messages: [
          "at least one of these fields must be non-empty: 'config.second', 'config.minute', 'config.hour', 'config.day', 'config.month', 'config.year'",
        ],
      },
    },
    { body: limited({ minute: 0 }), detail: config('minute', 'value must be greater than 0') },
    { body: limited({ minute: 1, redis_port: 'x' }), detail: config('redis_port', 'expected an integer') },
    { body: limited({ minute: 1, redis: { hosts: 'x' } }), detail: config('redis.hosts', 'unknown field') },
    {
      body: limited({ second: 10, minute: 5 }),
      detail: { messages: ['The limit for minute(5.0) cannot be lower than the limit for second(10.0)'] },
    },
    { body: { name: 'acl' }, detail: { messages: [expect.stringMatching(/^at least one/)] } },
    {
      body: { name: 'acl', config: { allow: ['a'], deny: ['b'] } },
      detail: { messages: [expect.stringMatching(/^only one/)] },
    },
    { body: { name: 'cors', config: { methods: ['get'] } }, detail: { field: 'config.methods[0]' } },
    {
      body: { name: 'request-transformer', config: { add: { headers: ['nokey'] } } },
      detail: { messages: ['invalid value: nokey'] },
    },
    { body: { name: 'jwt', config: { maximum_expiration: 1 } }, detail: { type: 'ERROR_TYPE_ENTITY' } },
    {
      body: { name: 'jwt', config: { claims_to_verify: 'exp' } },
      detail: config('claims_to_verify', 'expected a set'),
    },
  ],
});

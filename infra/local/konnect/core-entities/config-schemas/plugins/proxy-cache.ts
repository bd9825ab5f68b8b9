import { configuration, flag, httpProtocols, type PluginSchema, texts } from '../config-schema.ts';

const shown = { type: 'boolean', default: true } as const;

export const proxyCachePlugin: PluginSchema = {
  name: 'proxy-cache',
  protocols: httpProtocols,
  never: ['consumer_group'],
  config: configuration({
    response_code: {
      type: 'array',
      required: true,
      default: [200, 301, 404],
      elements: { type: 'integer', between: [100, 900] },
      len_min: 1,
    },
    request_method: { ...texts(['GET', 'HEAD'], ['HEAD', 'GET', 'POST', 'PATCH', 'PUT']), required: true },
    content_type: { ...texts(['text/plain', 'application/json']), required: true },
    cache_ttl: { type: 'integer', default: 300, gt: 0 },
    strategy: { type: 'string', required: true, one_of: ['memory'] },
    cache_control: flag(false),
    ignore_uri_case: { type: 'boolean', default: false },
    storage_ttl: { type: 'integer' },
    memory: {
      type: 'record',
      required: true,
      fields: { dictionary_name: { type: 'string', required: true, default: 'kong_db_cache' } },
    },
    vary_query_params: texts(),
    vary_headers: texts(),
    response_headers: {
      type: 'record',
      required: true,
      fields: { age: shown, 'X-Cache-Status': shown, 'X-Cache-Key': shown },
    },
  }),
};

import { configuration, flag, httpProtocols, type PluginSchema, texts } from '../config-schema.ts';

const methods = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'];

export const corsPlugin: PluginSchema = {
  name: 'cors',
  protocols: httpProtocols,
  never: ['consumer', 'consumer_group'],
  config: configuration({
    origins: texts(),
    headers: texts(),
    exposed_headers: texts(),
    methods: texts(methods, methods),
    max_age: { type: 'number' },
    credentials: flag(false),
    private_network: flag(false),
    preflight_continue: flag(false),
    allow_origin_absent: flag(true),
  }),
};

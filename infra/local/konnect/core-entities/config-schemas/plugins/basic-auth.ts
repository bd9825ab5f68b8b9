import { configuration, flag, httpProtocols, type PluginSchema, text } from '../config-schema.ts';

export const basicAuthPlugin: PluginSchema = {
  name: 'basic-auth',
  protocols: [...httpProtocols, 'ws', 'wss'],
  never: ['consumer', 'consumer_group'],
  config: configuration({
    anonymous: text,
    hide_credentials: flag(false),
    realm: { type: 'string', required: true, default: 'service' },
  }),
};

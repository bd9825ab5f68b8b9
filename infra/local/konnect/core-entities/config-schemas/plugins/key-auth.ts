import { configuration, flag, httpProtocols, type PluginSchema, text, texts } from '../config-schema.ts';

export const keyAuthPlugin: PluginSchema = {
  name: 'key-auth',
  protocols: [...httpProtocols, 'ws', 'wss'],
  never: ['consumer', 'consumer_group'],
  config: configuration({
    key_names: { ...texts(['apikey']), required: true },
    hide_credentials: flag(false),
    anonymous: text,
    key_in_header: flag(true),
    key_in_query: flag(true),
    key_in_body: flag(false),
    run_on_preflight: flag(true),
    realm: text,
  }),
};

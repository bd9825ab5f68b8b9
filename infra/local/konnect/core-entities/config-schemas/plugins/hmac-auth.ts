import { configuration, flag, httpProtocols, type PluginSchema, text, texts } from '../config-schema.ts';

const algorithms = ['hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'];

export const hmacAuthPlugin: PluginSchema = {
  name: 'hmac-auth',
  protocols: [...httpProtocols, 'ws', 'wss'],
  never: ['consumer', 'consumer_group'],
  config: configuration({
    hide_credentials: flag(false),
    clock_skew: { type: 'number', default: 300, gt: 0 },
    anonymous: text,
    validate_request_body: flag(false),
    enforce_headers: texts([]),
    algorithms: texts(algorithms, algorithms),
    realm: text,
  }),
};

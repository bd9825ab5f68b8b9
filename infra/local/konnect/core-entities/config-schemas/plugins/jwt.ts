import { configuration, flag, httpProtocols, type PluginSchema, text, texts } from '../config-schema.ts';

const yearInSeconds = 31_536_000;

export const jwtPlugin: PluginSchema = {
  name: 'jwt',
  protocols: [...httpProtocols, 'ws', 'wss'],
  never: ['consumer', 'consumer_group'],
  config: configuration({
    uri_param_names: { ...texts(['jwt']), type: 'set' },
    cookie_names: { ...texts([]), type: 'set' },
    key_claim_name: { type: 'string', default: 'iss' },
    secret_is_base64: flag(false),
    claims_to_verify: { ...texts(undefined, ['exp', 'nbf']), type: 'set' },
    anonymous: text,
    run_on_preflight: flag(true),
    maximum_expiration: { type: 'number', default: 0, between: [0, yearInSeconds] },
    header_names: { ...texts(['authorization']), type: 'set' },
    realm: text,
  }),
  checks: ({ maximum_expiration: limit, claims_to_verify: claims }) =>
    Number(limit) > 0 && !(Array.isArray(claims) && claims.includes('exp'))
      ? ["failed conditional validation given value of field 'config.maximum_expiration'"]
      : [],
};

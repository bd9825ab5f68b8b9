import fc from 'fast-check';
import { entityTypes } from '../../infra/local/konnect/core-entities/registry.ts';
import { anyPem, exampleSpec, header, host, listOf, name, path, textOf, wildcard, word, words } from './texts.ts';

/* Fields of consumers, credentials, plugins, keys, certificates and vaults. */

type Fields = Readonly<Record<string, unknown>>;

const person = fc.stringMatching(/^[a-zA-Zäöüé0-9]{1,10}( [a-z@.]{1,10})?$/);
const secret = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 });

export const consumerFields = { username: person, custom_id: fc.stringMatching(/^[a-z0-9.@|]{1,16}$/) };
export const groupFields = { name: fc.stringMatching(/^[a-zäöü0-9.\-_~]{1,20}$/) };
export const keySetFields = { name };
export const aclFields = { group: secret };
export const apiKeyFields = { key: secret };
export const basicAuthFields = { username: secret, password: secret };
export const hmacFields = { username: secret, secret, id: fc.uuid() };

const publicKey = textOf(exampleSpec('kong-credential-jwt', 'KongCredentialJWT'), 'rsa_public_key');
export const jwtFields = {
  algorithm: fc.constantFrom('HS256', 'HS512', 'RS256', 'ES384', 'PS512', 'EdDSA'),
  key: secret,
  secret,
  rsa_public_key: anyPem(publicKey),
  id: fc.uuid(),
};

export function fitJwt(fields: Fields): Fields {
  const algorithm = String(fields['algorithm'] ?? 'HS256');
  return algorithm.startsWith('HS') ? fields : { rsa_public_key: publicKey, ...fields };
}

export const collections = entityTypes.map(({ collection }) => collection);

export const sniFields = { name: wildcard.filter((text) => !/^[0-9.]+$/.test(text)) };

export const certificate = exampleSpec('kong-certificate', 'KongCertificate');
export const certificateFields = {
  cert: anyPem(textOf(certificate, 'cert')),
  key: anyPem(textOf(certificate, 'key')),
  cert_alt: anyPem(textOf(certificate, 'cert_alt')),
  key_alt: anyPem(textOf(certificate, 'key_alt')),
};

/** The second certificate stands with its key or not at all. */
export function fitCertificate({ cert_alt, key_alt, ...fields }: Fields): Fields {
  return cert_alt === undefined || key_alt === undefined ? fields : { ...fields, cert_alt, key_alt };
}

export const authority = exampleSpec('kong-ca-certificate', 'KongCACertificate');
export const caCertificateFields = { cert: anyPem(textOf(authority, 'cert')) };

const pair = exampleSpec('kong-key', 'KongKey');
export const keyFields = {
  kid: word,
  name,
  pem: fc.record({
    private_key: anyPem(textOf(pair, 'pem', 'private_key')),
    public_key: anyPem(textOf(pair, 'pem', 'public_key')),
  }),
  jwk: fc.constantFrom(0, 2, 4),
};

/** One notation, and a JWK of the key's own id, printed in one way or another. */
export function fitKey({ jwk: spaces, pem, ...fields }: Fields): Fields {
  if (spaces === undefined) return { ...fields, pem };
  const parsed = JSON.parse(textOf(exampleSpec('kong-key', 'KongKey', 1), 'jwk')) as Fields;
  return { ...fields, jwk: JSON.stringify({ ...parsed, kid: fields['kid'] }, undefined, Number(spaces)) };
}

const backends = fc.oneof(
  fc.record({ backend: fc.constant('env'), config: some({ prefix: word, base64_decode: fc.boolean() }) }),
  fc.record({
    backend: fc.constant('hcv'),
    config: some({ host, port: fc.integer({ min: 1, max: 65_535 }), kv: fc.constantFrom('v1', 'v2'), token: secret }),
  }),
  fc.record({
    backend: fc.constant('aws'),
    config: some({ region: word, ttl: fc.constantFrom(0, 30, 3600.5), endpoint_url: word, assume_role_arn: word }),
  }),
);

export const vaultFields = {
  // The backend brings its configuration along.
  backend: backends,
  config: fc.constant({}),
  prefix: fc.stringMatching(/^[a-z][a-z0-9-]{1,8}[0-9]$/),
  description: fc.string({ maxLength: 40 }),
};

export function fitVault({ backend, ...fields }: Fields): Fields {
  return { ...fields, ...(backend as Fields) };
}

const limits = fc
  .tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 101, max: 10_000 }))
  .map(([minute, hour]) => ({ minute, hour }));
const changes = some({
  headers: fc.array(
    word.map((text) => `${text}:v`),
    { maxLength: 3 },
  ),
  querystring: fc.constant([]),
});
const configured = fc.oneof(
  fc
    .tuple(limits, some({ policy: fc.constantFrom('local', 'cluster'), error_code: fc.constantFrom(429, 503), path }))
    .map(([most, more]) => ({ plugin: 'rate-limiting', config: { ...most, ...(more as Fields) } })),
  some({ key_names: words, hide_credentials: fc.boolean(), anonymous: fc.constant(null), realm: word }).map(
    (config) => ({
      plugin: 'key-auth',
      config,
    }),
  ),
  some({ claims_to_verify: fc.constantFrom(['exp', 'nbf'], ['nbf', 'exp'], []), uri_param_names: words }).map(
    (config) => ({ plugin: 'jwt', config }),
  ),
  some({
    origins: words,
    methods: fc.constantFrom(['GET', 'POST'], ['POST', 'GET']),
    max_age: fc.double({ min: 0, max: 10, noNaN: true }),
  }).map((config) => ({ plugin: 'cors', config })),
  some({
    add: changes,
    append: changes,
    remove: some({ headers: listOf(header) }),
    http_method: fc.constant(null),
  }).map((config) => ({ plugin: 'request-transformer', config })),
);

const phases = fc.record({ access: words }, { requiredKeys: [] });
export const pluginFields = {
  plugin: configured,
  config: fc.constant({}),
  disabled: fc.boolean(),
  instance_name: name,
  protocols: fc.uniqueArray(fc.constantFrom('http', 'https', 'grpc', 'grpcs'), { minLength: 1 }),
  ordering: some({ before: phases, after: phases }),
  run_on: fc.constantFrom('first', 'second', 'all'),
  consumerRef: word,
};

export function fitPlugin({ plugin, ...fields }: Fields): Fields {
  return { ...fields, ...(plugin as Fields) };
}

function some(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  return fc.record(fields, { requiredKeys: [] });
}

import { configuration, type Fields, type RecordField, text, type ValueField } from '../config-schema.ts';

const seconds: ValueField = { type: 'number', between: [0, 100_000_000] };
const secretText: ValueField = { type: 'string', referenceable: true, encrypted: true };
const times: Fields = { ttl: seconds, neg_ttl: seconds, resurrect_ttl: seconds };
const base64: Fields = { base64_decode: { type: 'boolean', default: false } };

/** The configuration of a vault by its backend. */
export const vaultBackends: Readonly<Record<string, RecordField>> = {
  env: configuration({ prefix: text, ...base64 }),
  konnect: configuration({ config_store_id: { type: 'string', required: true }, ...base64 }),
  aws: configuration({
    region: text,
    endpoint_url: text,
    assume_role_arn: text,
    role_session_name: text,
    sts_endpoint_url: text,
    ...times,
    ...base64,
  }),
  gcp: configuration({ project_id: { type: 'string', required: true }, ...times, ...base64 }),
  azure: configuration({
    location: { type: 'string', required: true },
    vault_uri: { type: 'string', required: true },
    credentials_prefix: text,
    type: { type: 'string', one_of: ['secrets'] },
    tenant_id: text,
    client_id: text,
    ...times,
    ...base64,
  }),
  hcv: configuration({
    protocol: { type: 'string', default: 'http', one_of: ['http', 'https'] },
    host: { type: 'string', required: true, default: '127.0.0.1' },
    port: { type: 'integer', required: true, default: 8200, between: [0, 65_535] },
    namespace: text,
    mount: { type: 'string', default: 'secret' },
    kv: { type: 'string', default: 'v1', one_of: ['v1', 'v2'] },
    token: secretText,
    auth_method: { type: 'string', default: 'token', one_of: ['token', 'kubernetes', 'approle'] },
    kube_role: text,
    kube_auth_path: text,
    kube_api_token_file: text,
    approle_auth_path: text,
    approle_role_id: text,
    approle_secret_id: secretText,
    approle_secret_id_file: text,
    approle_response_wrapping: { type: 'boolean' },
    ...times,
    ...base64,
  }),
  conjur: configuration({
    endpoint_url: text,
    auth_method: { type: 'string', one_of: ['api_key'] },
    login: text,
    account: text,
    api_key: secretText,
    ...times,
    ...base64,
  }),
};

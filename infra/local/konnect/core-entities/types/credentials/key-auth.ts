import { credential, textField } from './credential.ts';

/** `ttl` is in seconds. */
export const keyAuth = credential({
  collection: 'key-auths',
  name: 'key-auth',
  nested: 'key-auth',
  properties: { key: textField, ttl: { type: 'integer', minimum: 0, maximum: 100_000_000 } },
  required: [],
  keys: [['key']],
  derive: (fields, { secret }) => ({ key: secret(), ...fields }),
});

import { credential, textField } from './credential.ts';

export const hmacAuth = credential({
  collection: 'hmac-auths',
  name: 'hmac-auth',
  nested: 'hmac-auth',
  properties: { username: textField, secret: textField },
  required: ['username'],
  keys: [['username']],
  derive: (fields, { secret }) => ({ secret: secret(), ...fields }),
});

import type { Body } from '../../../schema.ts';
import { publicKeyIn } from '../../pem.ts';
import { type Detail, fieldDetail } from '../../refusals.ts';
import { credential, textField } from './credential.ts';

const shared = ['HS256', 'HS384', 'HS512'];
const asymmetric = [
  'ES256',
  'ES256K',
  'ES384',
  'ES512',
  'ESB256',
  'ESB320',
  'ESB384',
  'ESB512',
  'ESP256',
  'ESP384',
  'ESP512',
  'Ed25519',
  'Ed448',
  'EdDSA',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
];

export const jwt = credential({
  collection: 'jwts',
  name: 'jwt',
  nested: 'jwt',
  properties: {
    key: textField,
    secret: textField,
    algorithm: { type: 'string', enum: [...shared, ...asymmetric] },
    rsa_public_key: textField,
  },
  required: [],
  keys: [['key']],
  defaults: { algorithm: 'HS256' },
  rules,
  derive: (fields, { secret }) => ({ key: secret(), secret: secret(), ...fields }),
});

function rules({ algorithm, rsa_public_key: pem }: Body): readonly (string | Detail)[] {
  if (pem === undefined) {
    return shared.includes(String(algorithm))
      ? []
      : [`failed conditional validation given value of field 'algorithm': 'rsa_public_key' is required`];
  }
  return publicKeyIn(String(pem)) === undefined ? [fieldDetail('rsa_public_key', ['invalid key'])] : [];
}

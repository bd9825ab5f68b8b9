import { once } from '../../once.ts';
import { credentialFields } from '../credential-fields.ts';
import type { FieldsOf } from '../define.ts';
import { celRule, enumOf, optional, text } from '../schema.ts';
import { configurationKind, programmedColumn } from '../served.ts';

const symmetric = ['HS256', 'HS384', 'HS512'] as const;

const asymmetric = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'EdDSA'] as const;

/** How tokens may be signed. */
export const algorithms = [...symmetric, ...asymmetric] as const;

/** True where tokens are checked with a public key, and not with the secret that they were signed with. */
export function needsPublicKey(algorithm: string): boolean {
  return asymmetric.some((one) => one === algorithm);
}

export const schema = once(() =>
  credentialFields(
    'What tokens that a consumer signs are checked with.',
    {
      id: optional(text('Not used: the id is chosen for you.')),
      algorithm: optional(enumOf('How tokens are signed.', algorithms, { default: 'HS256' })),
      key: optional(text('What tokens say in the claim that names the key; Konnect makes one where absent.')),
      rsa_public_key: optional(
        text('The public key in PEM, of whichever kind. For all algorithms but HS256, HS384 and HS512.'),
      ),
      secret: optional(
        text(
          'The shared secret, for HS256, HS384 and HS512; Konnect makes one where absent. Readable by everybody who may read this object.',
        ),
      ),
    },
    celRule(
      `self.spec.algorithm in [ ${asymmetric.map((name) => `'${name}',`).join('')} ] ? has(self.spec.rsa_public_key) : true`,
      'spec.rsa_public_key is required when algorithm is RS*, ES*, PS* or EdDSA*',
    ),
  ),
);

export type Fields = FieldsOf<typeof schema>;

export const served = configurationKind('KongCredentialJWT', { columns: [programmedColumn] });

import { type Body, isBody } from '../../schema.ts';
import type { EntityType } from '../entity-type.ts';
import { isVaultReference, privateKeyIn, publicKeyIn } from '../pem.ts';
import { type Detail, fieldDetail } from '../refusals.ts';
import { nameField, referenceField } from './common.ts';

const pem = { type: 'string', minLength: 1 };

/** Kong Gateway wants `kid` unique in a set, the control plane's ancestor everywhere: what passes here passes both. */
export const key: EntityType = {
  collection: 'keys',
  name: 'key',
  properties: {
    name: nameField,
    kid: { type: 'string', minLength: 1 },
    jwk: { type: 'string', minLength: 1 },
    pem: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: { private_key: pem, public_key: pem },
    },
    x5t: { type: 'string', minLength: 1 },
    set: referenceField,
  },
  required: ['kid'],
  defaults: () => ({}),
  keys: [['name'], ['kid']],
  references: [{ field: 'set', to: 'key-sets', onDelete: 'cascade', disputed: true, nested: 'keys' }],
  label: 'name',
  rules,
  limit: 1000,
};

function rules(fields: Body): readonly (string | Detail)[] {
  const { jwk, pem: pair, kid } = fields;
  if ((jwk === undefined) === (pair === undefined)) return ['Keys must be defined either in JWK or PEM format'];
  return jwk === undefined ? pairFaults(pair) : jwkFaults(String(jwk), kid);
}

function jwkFaults(text: string, kid: unknown): readonly Detail[] {
  if (isVaultReference(text)) return [];
  const jwk = parsed(text);
  if (!isBody(jwk) || typeof jwk['kty'] !== 'string') return [fieldDetail('jwk', ['value must be a JSON Web Key'])];
  return jwk['kid'] === kid ? [] : [fieldDetail('jwk', ['kid in jwk.kid must be equal to keys.kid'])];
}

function pairFaults(pair: unknown): readonly Detail[] {
  if (!isBody(pair)) return [];
  const read = { private_key: privateKeyIn, public_key: publicKeyIn };
  return (['private_key', 'public_key'] as const)
    .filter((field) => typeof pair[field] === 'string' && !isVaultReference(pair[field]))
    .filter((field) => read[field](String(pair[field])) === undefined)
    .map((field) => fieldDetail(`pem.${field}`, ['could not load key']));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON, so no key: the caller says so
  }
}

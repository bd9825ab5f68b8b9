import type { KubernetesObject, Resource } from '../../engine/objects.ts';
import { served as acl } from '../kong-credential-acl/schema.ts';
import { served as apiKey } from '../kong-credential-api-key/schema.ts';
import { served as basicAuth } from '../kong-credential-basic-auth/schema.ts';
import { served as hmac } from '../kong-credential-hmac/schema.ts';
import { algorithms, served as jwt, needsPublicKey } from '../kong-credential-jwt/schema.ts';
import { secretText } from '../secret-text.ts';

/** Label of a Secret that says which type of credential it holds. */
export const credentialLabel = 'konghq.com/credential';

/** One type of credential: the objects of which kind are made, and of which keys of the Secret. */
export interface CredentialType {
  readonly resource: Resource;
  /** Keys that a Secret must have. */
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  /** What is wrong with the values, in words that hold none of them. */
  problem?(values: Readonly<Record<string, string | null>>): string | undefined;
}

/** The types by the value of the label. */
export const credentialTypes: Readonly<Record<string, CredentialType>> = {
  'basic-auth': { resource: basicAuth.resource, required: ['username', 'password'] },
  'key-auth': { resource: apiKey.resource, required: ['key'] },
  acl: { resource: acl.resource, required: ['group'] },
  hmac: { resource: hmac.resource, required: ['username', 'secret'] },
  jwt: {
    resource: jwt.resource,
    required: ['key', 'algorithm'],
    optional: ['secret', 'rsa_public_key'],
    problem({ algorithm, rsa_public_key }) {
      if (!algorithms.some((known) => known === algorithm))
        return `its algorithm must be one of ${algorithms.join(', ')}`;
      const keyless = rsa_public_key === null && needsPublicKey(algorithm ?? '');
      return keyless ? `it has no key rsa_public_key, which ${algorithm} needs` : undefined;
    },
  },
};

/** What a Secret holds, or what is wrong with it. */
export type Credential =
  | { readonly type: string; readonly values: Readonly<Record<string, string | null>> }
  | { readonly problem: string };

/** Reads a credential. An absent value is null, so that it also goes from an object that had it. */
export function credentialIn(secret: KubernetesObject): Credential {
  const label = secret.metadata.labels?.[credentialLabel];
  const known = Object.keys(credentialTypes).join(', ');
  if (label === undefined) return { problem: `it has no label ${credentialLabel}; give it one of ${known}` };
  const type = Object.hasOwn(credentialTypes, label) ? credentialTypes[label] : undefined;
  if (type === undefined) return { problem: `its label ${credentialLabel} must be one of ${known}` };
  const missing = type.required.filter((key) => !secretText(secret, key));
  if (missing.length > 0) return { problem: `it has no key ${missing.join(', ')}, which ${label} needs` };
  const keys = [...type.required, ...(type.optional ?? [])];
  const values = Object.fromEntries(keys.map((key) => [key, secretText(secret, key) || null]));
  const problem = type.problem?.(values);
  return problem === undefined ? { type: label, values } : { problem };
}

import type { KeyObject, X509Certificate } from 'node:crypto';
import type { Body } from '../../schema.ts';
import type { EntityType } from '../entity-type.ts';
import { certificateIn, isVaultReference, privateKeyIn } from '../pem.ts';
import { type Detail, fieldDetail } from '../refusals.ts';

const pem = { type: 'string', minLength: 1 };

/** Identical certificates may coexist. `snis` is in the published schema, but a body with it fails: they are entities of their own. */
export const certificate: EntityType = {
  collection: 'certificates',
  name: 'certificate',
  properties: { cert: pem, key: pem, cert_alt: pem, key_alt: pem },
  required: ['cert', 'key'],
  defaults: () => ({}),
  keys: [],
  references: [],
  rules,
  limit: 1000,
};

function rules(fields: Body): readonly (string | Detail)[] {
  const { cert, key, cert_alt: certAlt, key_alt: keyAlt } = fields;
  const unreadable = [
    ...pemFaults(fields, ['cert', 'cert_alt'], 'cert'),
    ...pemFaults(fields, ['key', 'key_alt'], 'key'),
  ];
  if (unreadable.length > 0) return unreadable;
  if ((certAlt === undefined) !== (keyAlt === undefined))
    return ["all or none of these fields must be set: 'cert_alt', 'key_alt'"];
  const [first, second] = [certificateIn(String(cert)), certificateIn(String(certAlt))];
  return [
    ...(matches(first, privateKeyIn(String(key))) ? [] : ['certificate does not match key']),
    ...(matches(second, privateKeyIn(String(keyAlt))) ? [] : ['alternate certificate does not match key']),
    ...sameTypeFaults(first, second),
  ];
}

function pemFaults(fields: Body, names: readonly string[], kind: 'cert' | 'key'): readonly Detail[] {
  const read = kind === 'cert' ? certificateIn : privateKeyIn;
  const format = kind === 'cert' ? 'pem-encoded-cert' : 'pem-encoded-private-key';
  return names
    .filter((name) => fields[name] !== undefined)
    .filter((name) => !isVaultReference(String(fields[name])) && read(String(fields[name])) === undefined)
    .map((name) => fieldDetail(name, [`value is not valid '${format}'`])); // a secret stays out of the message
}

/** What is in a vault cannot be compared. */
function matches(cert: X509Certificate | undefined, key: KeyObject | undefined): boolean {
  return cert === undefined || key === undefined || cert.checkPrivateKey(key);
}

/** A gateway picks between the two by the kind of key that the client can use. */
function sameTypeFaults(first: X509Certificate | undefined, second: X509Certificate | undefined): readonly string[] {
  const type = first?.publicKey.asymmetricKeyType;
  if (type === undefined || type !== second?.publicKey.asymmetricKeyType) return [];
  return [
    'certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), ' +
      `the provided certificates were both of the same type '${type}'`,
  ];
}

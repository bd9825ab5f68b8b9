import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Manifest } from './manifests.ts';

/** A certificate that a user made, with its key, in PEM. */
export async function ownCertificate(
  days = 30,
  { isAuthority = false } = {},
): Promise<{ readonly certificate: string; readonly key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=data-planes',
    notBefore: new Date(Date.now() - 60 * 86_400_000),
    notAfter: new Date(Date.now() + days * 86_400_000),
    signingAlgorithm: algorithm,
    keys,
    ...(isAuthority ? { extensions: [new x509.BasicConstraintsExtension(true, undefined, true)] } : {}),
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { certificate: made.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
}

/** A Secret as `kubectl create secret tls` makes one; any part may be something else. */
export function tlsSecret(name: string, parts: { readonly certificate: string; readonly key?: string }): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData: { 'tls.crt': parts.certificate, ...(parts.key === undefined ? {} : { 'tls.key': parts.key }) },
  };
}

/** How an extension names such a Secret. */
export function manual(secret: string): Readonly<Record<string, unknown>> {
  return { certificateSecret: { provisioning: 'Manual', secretRef: { name: secret } } };
}

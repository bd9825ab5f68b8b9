import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** Certificates and keys in PEM. */
export interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const tenYears = 10 * 365 * 24 * 60 * 60 * 1000;

async function keyPair(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** Makes a certificate authority and a server certificate for the loopback addresses; the authority's key is thrown away. */
export async function makeCertificates(now: Date): Promise<Certificates> {
  x509.cryptoProvider.set(crypto);
  const notBefore = new Date(now.getTime() - 60_000);
  const notAfter = new Date(now.getTime() + tenYears);
  const authority = await keyPair();
  const server = await keyPair();
  const issuer = 'CN=local-kubernetes-ca';
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: issuer,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys: authority,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const names = new x509.SubjectAlternativeNameExtension([
    { type: 'dns', value: 'localhost' },
    { type: 'dns', value: 'kubernetes.default.svc' },
    { type: 'ip', value: '127.0.0.1' },
    { type: 'ip', value: '::1' },
  ]);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: 'CN=local-kubernetes',
    issuer,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    extensions: [names, new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])],
  });
  return { ca: ca.toString('pem'), certificate: certificate.toString('pem'), key: await keyPem(server.privateKey) };
}

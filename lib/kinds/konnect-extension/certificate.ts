import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Sensitive } from '../../sensitive.ts';

/** A certificate as PEM, and what is read from it. */
export interface Certificate {
  readonly pem: string;
  /** SHA-256 over DER, lower-case hex: what tells two certificates apart whatever their text looks like. */
  readonly fingerprint: string;
  readonly commonName: string;
  readonly notAfter: Date;
}

export interface IssuedCertificate extends Certificate {
  readonly key: Sensitive;
}

const day = 24 * 60 * 60 * 1000;

/** How long an automatic certificate lives, and how long before its end it is replaced. */
export const certificateLifetime = 365 * day;
export const renewBefore = 30 * day;

/** How long a replaced certificate stays in Konnect: data planes read theirs at start and must get round to a restart. */
export const replacedGrace = 7 * day;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * Makes a key and its self-signed certificate for client authentication: subject and usages as those of Kong's operator.
 * Konnect pins the certificate itself, so a certificate authority in the cluster would add a secret and no safety.
 */
export async function issueCertificate(commonName: string, now: Date): Promise<IssuedCertificate> {
  const x509 = await loadX509();
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex'),
    name: [{ CN: [fitCommonName(commonName)] }, { O: ['Kong, Inc.'] }, { C: ['US'] }],
    // Clocks differ: a certificate that begins now is not yet valid on the machine next door.
    notBefore: new Date(now.getTime() - 60 * 60 * 1000),
    notAfter: new Date(now.getTime() + certificateLifetime),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: commonName }]),
    ],
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  const pem = `${certificate.toString('pem')}\n`;
  return { ...describe(pem, new X509Certificate(pem)), key: new Sensitive(`${key}\n`) };
}

// A third of what a function would load at its start, and hardly any run issues a certificate.
async function loadX509() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/**
 * The first certificate of a PEM text, or undefined where there is none that can be read. What follows it (a chain) is
 * left out: data planes are known by their own certificate, and Konnect takes exactly one.
 */
export function readCertificate(pem: string): Certificate | undefined {
  const [first, content = ''] = pem.match(/-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/) ?? [];
  if (first === undefined) return undefined;
  try {
    // Its bytes, since whoever kept the text may have broken its lines elsewhere.
    return describe(`${first}\n`, new X509Certificate(Buffer.from(content, 'base64')));
  } catch {
    // Base64 that holds no certificate: the caller says which Secret and what to put there.
    return undefined;
  }
}

/** True where the PEM text is the private key that belongs to the certificate. */
export function isKeyOf(certificate: Pick<Certificate, 'pem'>, key: string): boolean {
  try {
    return new X509Certificate(certificate.pem).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false; // no key, or one behind a passphrase: the caller says what is wanted
  }
}

function describe(pem: string, certificate: X509Certificate): Certificate {
  return {
    pem,
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    commonName: [certificate.toLegacyObject().subject?.CN].flat()[0] ?? '',
    notAfter: certificate.validToDate,
  };
}

// X.520 limits a common name to 64 characters; the whole name is in the subject alternative name.
export function fitCommonName(name: string): string {
  return name.length <= 64 ? name : name.slice(0, 64).replace(/[^A-Za-z0-9]+$/, '');
}

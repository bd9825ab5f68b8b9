import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';

/** Kong reads a value of this form from a vault when a gateway needs it; the control plane takes it as it is. */
export function isVaultReference(text: string): boolean {
  return /^\{vault:\/\/[^/}]+\/[^}]+\}$/.test(text);
}

/** The first certificate of a PEM text; undefined when there is none that can be read. */
export function certificateIn(pem: string): X509Certificate | undefined {
  const [first] = certificateBlocks(pem);
  return first === undefined ? undefined : read(() => new X509Certificate(first));
}

export function certificateBlocks(pem: string): readonly string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
}

export function privateKeyIn(pem: string): KeyObject | undefined {
  return pem.includes('PRIVATE KEY-----') ? read(() => createPrivateKey(pem)) : undefined;
}

export function publicKeyIn(pem: string): KeyObject | undefined {
  return pem.includes('PUBLIC KEY-----') ? read(() => createPublicKey(pem)) : undefined;
}

/** Node says with an exception that a text is no such thing; that is all there is to learn from it. */
function read<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

import { base64, secretResource } from '../../../test/memory/manifests.ts';
import { namespace, type Stage } from '../../../test/memory/stage.ts';
import { type IssuedCertificate, issueCertificate } from './certificate.ts';

/* What the suites of certificates that users make share: two of them, and the Secret `own`. */

const now = new Date('2026-03-01T12:00:00Z');

export const manual = { clientAuth: { certificateSecret: { provisioning: 'Manual', secretRef: { name: 'own' } } } };

export const one = await issueCertificate('one.example.com', now);
export const other = await issueCertificate('other.example.com', now);

export function dataOf({ pem, key: secret }: IssuedCertificate) {
  return { 'tls.crt': base64(pem), 'tls.key': base64(secret.reveal()) };
}

export function putSecret({ cluster }: Stage, data: Readonly<Record<string, string>>): void {
  cluster.user.apply(secretResource, { metadata: { name: 'own', namespace }, type: 'kubernetes.io/tls', data });
}

import { createHash } from 'node:crypto';
import type { Body } from '../../schema.ts';
import type { EntityType, Reading } from '../entity-type.ts';
import { certificateBlocks, certificateIn } from '../pem.ts';
import { type Detail, fieldDetail } from '../refusals.ts';

export const caCertificate: EntityType = {
  collection: 'ca_certificates',
  name: 'ca_certificate',
  properties: { cert: { type: 'string', minLength: 1 }, cert_digest: { type: 'string', maxLength: 64 } },
  required: ['cert'],
  defaults: () => ({}),
  keys: [['cert_digest']],
  references: [],
  rules,
  derive: (fields) => ({ ...fields, cert_digest: digestOf(String(fields['cert'])) }),
  limit: 1000,
};

function rules(fields: Body, { now }: Reading): readonly Detail[] {
  const pem = String(fields['cert']);
  const cert = certificateIn(pem);
  const refuse = (message: string) => [fieldDetail('cert', [message])];
  if (cert === undefined) return refuse("value is not valid 'pem-encoded-cert'");
  if (certificateBlocks(pem).length > 1) return refuse('only one certificate must be present');
  if (cert.validToDate < now) return refuse('certificate expired, "Not After" time is in the past');
  if (!cert.ca) return refuse('certificate does not appear to be a CA because it is missing the "CA" basic constraint');
  return [];
}

/** SHA-256 of the certificate itself, whatever its PEM looks like; one that a client sends is not looked at. */
function digestOf(pem: string): string | undefined {
  const cert = certificateIn(pem);
  return cert && createHash('sha256').update(cert.raw).digest('hex');
}

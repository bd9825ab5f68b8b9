import { createHash, X509Certificate } from 'node:crypto';
import { describeStrictness } from '../../strictness-fixture.ts';
import { keyPair } from '../../test-client.ts';

const [ca, leaf, expired] = await Promise.all([
  keyPair({ ca: true }),
  keyPair(),
  keyPair({ ca: true, notAfter: new Date('2020-01-01T00:00:00Z') }),
]);
const digest = createHash('sha256').update(new X509Certificate(ca.cert).raw).digest('hex');
const refused = (message: string) => ({ type: 'ERROR_TYPE_FIELD', field: 'cert', messages: [message] });

describeStrictness({
  path: 'ca_certificates',
  accepted: [
    { body: { cert: ca.cert }, stored: { cert: ca.cert, cert_digest: digest } },
    { body: { cert: ca.cert.trimEnd(), cert_digest: 'made-up' }, stored: { cert_digest: digest } },
  ],
  refused: [
    { body: {}, detail: { messages: ["missing properties: 'cert'"] } },
    { body: { cert: 'text' }, detail: refused("value is not valid 'pem-encoded-cert'") },
    { body: { cert: '{vault://env/ca}' }, detail: refused("value is not valid 'pem-encoded-cert'") },
    { body: { cert: ca.cert + leaf.cert }, detail: refused('only one certificate must be present') },
    { body: { cert: expired.cert }, detail: refused('certificate expired, "Not After" time is in the past') },
    {
      body: { cert: leaf.cert },
      detail: refused('certificate does not appear to be a CA because it is missing the "CA" basic constraint'),
    },
  ],
  clashes: [
    {
      first: { cert: ca.cert },
      second: { cert: ca.cert.trimEnd() },
      message: 'cert_digest (type: unique) constraint failed',
    },
  ],
});

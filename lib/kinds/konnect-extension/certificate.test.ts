import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateLifetime, issueCertificate, readCertificate, renewBefore, replacedGrace } from './certificate.ts';

const now = new Date('2026-03-01T12:00:00Z');

describe('issueCertificate', () => {
  it('makes what Konnect pins: a client certificate of its own key', async () => {
    const issued = await issueCertificate('ext.team', now);
    const read = new X509Certificate(issued.pem);

    expect(read.subject.split('\n')).toEqual(['CN=ext.team', 'O=Kong\\, Inc.', 'C=US']);
    expect(read.subjectAltName).toBe('DNS:ext.team');
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(read.ca).toBe(false);
    expect(read.checkPrivateKey(createPrivateKey(issued.key.reveal()))).toBe(true);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(issued.fingerprint);
  });

  it('is valid on clocks that are behind, and for a year', async () => {
    const issued = await issueCertificate('ext.team', now);

    expect(new X509Certificate(issued.pem).validFromDate.getTime()).toBeLessThan(now.getTime());
    expect(issued.notAfter.getTime()).toBe(now.getTime() + certificateLifetime);
  });

  it('is another one each time', async () => {
    const [one, other] = [await issueCertificate('ext.team', now), await issueCertificate('ext.team', now)];

    expect(one.fingerprint).not.toBe(other.fingerprint);
    expect(new X509Certificate(one.pem).serialNumber).not.toBe(new X509Certificate(other.pem).serialNumber);
  });

  it('cuts a name that X.509 has no room for, and has it whole beside', async () => {
    const name = `${'long-name.'.repeat(12)}team`;
    const issued = await issueCertificate(name, now);

    expect(issued.commonName.length).toBeLessThanOrEqual(64);
    expect(name.startsWith(issued.commonName)).toBe(true);
    expect(new X509Certificate(issued.pem).subjectAltName).toBe(`DNS:${name}`);
  });

  it('is not printed with its key', async () => {
    expect(JSON.stringify(await issueCertificate('ext.team', now))).not.toContain('PRIVATE KEY');
  });

  it('is replaced long before its end, and its predecessor outlives a restart', () => {
    expect(renewBefore).toBeGreaterThan(replacedGrace);
    expect(certificateLifetime).toBeGreaterThan(2 * renewBefore);
  });
});

describe('readCertificate', () => {
  it('reads its own, whatever the text around and the line ends', async () => {
    const { pem, fingerprint, notAfter } = await issueCertificate('ext.team', now);

    for (const text of [pem, pem.trimEnd(), pem.replaceAll('\n', '\r\n'), `subject=x\n${pem}`]) {
      expect(readCertificate(text)).toMatchObject({ fingerprint, notAfter, commonName: 'ext.team' });
    }
  });

  it('takes the first of a chain, and nothing of the others', async () => {
    const [leaf, issuer] = [await issueCertificate('leaf', now), await issueCertificate('issuer', now)];

    const read = readCertificate(leaf.pem + issuer.pem);

    expect(read?.fingerprint).toBe(leaf.fingerprint);
    expect(read?.pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
  });

  it.each([
    '',
    'hello',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    '-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----',
  ])('takes %j for none', (text) => {
    expect(readCertificate(text)).toBeUndefined();
  });
});

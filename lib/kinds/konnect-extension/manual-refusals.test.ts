import { describe, expect, it } from 'vitest';
import { condition, fresh, passDays, reconcile } from '../../../test/memory/extension.ts';
import { base64 } from '../../../test/memory/manifests.ts';
import { dataOf, manual, one, other, putSecret } from './fixture.ts';

describe('what can not be used', () => {
  it.each([
    {
      reason: 'no certificate',
      data: () => ({ 'tls.key': dataOf(one)['tls.key'] }),
      says: /tls\.crt must be a certificate/,
    },
    {
      reason: 'no PEM',
      data: () => ({ ...dataOf(one), 'tls.crt': base64('hello') }),
      says: /tls\.crt must be a certificate/,
    },
    {
      reason: 'no key',
      data: () => ({ 'tls.crt': dataOf(one)['tls.crt'] }),
      says: /tls\.key must be the private key of tls\.crt/,
    },
    {
      reason: 'the key of another certificate',
      data: () => ({ ...dataOf(one), 'tls.key': dataOf(other)['tls.key'] }),
      says: /tls\.key must be the private key of tls\.crt/,
    },
    {
      reason: 'certificate and key exchanged',
      data: () => ({ 'tls.crt': dataOf(one)['tls.key'], 'tls.key': dataOf(one)['tls.crt'] }),
      says: /tls\.crt must be a certificate/,
    },
  ])('$reason: said, never quoted, nothing sent', async ({ data, says }) => {
    await using stage = await fresh(manual);
    putSecret(stage, data());

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(condition(stage, 'DataPlaneCertificateProvisioned')).toMatch(/^False InvalidSecret: /);
    expect(condition(stage, 'DataPlaneCertificateProvisioned')).toMatch(says);
    expect(condition(stage, 'Ready')).toMatch(/^False provisioning: /);
    expect(stage.konnect.requests).toEqual([]);
  });

  it('a certificate that ran out', async () => {
    await using stage = await fresh(manual);
    putSecret(stage, dataOf(one));
    passDays(stage, 400);

    expect((await reconcile(stage)).is).toBe('terminal');

    expect(condition(stage, 'Ready')).toMatch(/expired at 2027-03-01T12:00:00.000Z: replace it/);
  });
});

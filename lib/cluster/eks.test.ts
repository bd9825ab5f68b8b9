import { describe, expect, it } from 'vitest';
import { Terminal } from '../engine/errors.ts';
import { ca, credentialsOf, secretText } from './credentials-fixture.ts';

function eksText(fields: Record<string, unknown> = {}): string {
  const certificateAuthority = Buffer.from(ca).toString('base64');
  const eks = { name: 'prod', region: 'eu-central-1', endpoint: 'https://x.eks.example', certificateAuthority };
  return JSON.stringify({ eks: { ...eks, ...fields } });
}

describe('an EKS cluster', () => {
  it('gives a token that is a presigned GetCallerIdentity bound to the cluster', async () => {
    const access = await credentialsOf(eksText()).credentials.access();

    const token = access.authorization?.reveal().replace('Bearer k8s-aws-v1.', '') ?? '';
    const url = new URL(Buffer.from(token, 'base64url').toString());
    expect(token).not.toMatch(/[=+/]/);
    expect(url.origin).toBe('https://sts.eu-central-1.amazonaws.com');
    expect(url.searchParams.get('Action')).toBe('GetCallerIdentity');
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
    expect(url.searchParams.get('X-Amz-Credential')).toContain('/eu-central-1/sts/aws4_request');
    expect(access).toMatchObject({ server: 'https://x.eks.example', tls: { ca } });
  });

  it('asks the STS of China in China', async () => {
    const access = await credentialsOf(eksText({ region: 'cn-north-1' })).credentials.access();

    const token = access.authorization?.reveal().replace('Bearer k8s-aws-v1.', '') ?? '';
    expect(Buffer.from(token, 'base64url').toString()).toMatch(/^https:\/\/sts\.cn-north-1\.amazonaws\.com\.cn\//);
  });

  it('signs once for as long as the token lives, and no longer than the keys do', async () => {
    const { credentials, state, pass } = credentialsOf(eksText());
    state.keysExpire = new Date(state.now.getTime() + 200_000);

    await Promise.all([credentials.access(), credentials.access()]);
    expect(state.signed).toBe(1);
    pass(139);
    await credentials.access();
    expect(state.signed).toBe(1);
    pass(2);
    await credentials.access();
    expect(state.signed).toBe(2);
  });

  it.each([
    { reason: 'an unknown field', fields: { token: secretText }, says: /\/eks/ },
    { reason: 'a region that is none', fields: { region: 'evil.example/' }, says: /\/eks\/region/ },
    { reason: 'an endpoint in the clear', fields: { endpoint: 'http://x.eks.example' }, says: /not an https URL/ },
    { reason: 'a field is missing', fields: { certificateAuthority: undefined }, says: /certificateAuthority/ },
  ])('is refused: $reason', async ({ fields, says }) => {
    const refused = credentialsOf(eksText(fields)).credentials.access();

    await expect(refused).rejects.toBeInstanceOf(Terminal);
    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.not.toThrow(secretText);
  });
});

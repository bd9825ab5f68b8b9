import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { Terminal } from '../engine/errors.ts';
import { Sensitive } from '../sensitive.ts';
import { createStoredCredentials } from './credentials.ts';
import { createServiceAccountCredentials } from './service-account.ts';

const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const secretText = 'hunter2-secret';

interface Parts {
  readonly cluster?: Record<string, unknown>;
  readonly user?: Record<string, unknown>;
}

function kubeconfig({ cluster = {}, user = { token: secretText } }: Parts = {}): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'prod', cluster: { server: 'https://k8s.example:6443/', ...cluster } }],
    users: [{ name: 'robot', user }],
    contexts: [{ name: 'main', context: { cluster: 'prod', user: 'robot' } }],
    'current-context': 'main',
  });
}

function eksText(fields: Record<string, unknown> = {}): string {
  const certificateAuthority = Buffer.from(ca).toString('base64');
  const eks = { name: 'prod', region: 'eu-central-1', endpoint: 'https://x.eks.example', certificateAuthority };
  return JSON.stringify({ eks: { ...eks, ...fields } });
}

function credentialsOf(text: string | (() => string), { directory }: { directory?: string } = {}) {
  const state = {
    now: new Date('2026-01-01T00:00:00Z'),
    loads: 0,
    signed: 0,
    keysExpire: undefined as Date | undefined,
  };
  const credentials = createStoredCredentials({
    load: async () => {
      state.loads += 1;
      return new Sensitive(typeof text === 'string' ? text : text());
    },
    aws: async () => {
      state.signed += 1;
      const expiration = state.keysExpire === undefined ? {} : { expiration: state.keysExpire };
      return { accessKeyId: 'AKID', secretAccessKey: new Sensitive('key'), ...expiration };
    },
    clock: { now: () => state.now },
    ...(directory === undefined ? {} : { directory }),
  });
  const pass = (seconds: number) => {
    state.now = new Date(state.now.getTime() + seconds * 1000);
  };
  return { credentials, state, pass };
}

describe('a kubeconfig', () => {
  it('gives server, certificate authority, name and token', async () => {
    const cluster = {
      'certificate-authority-data': Buffer.from(ca).toString('base64'),
      'tls-server-name': 'api.internal',
    };

    const access = await credentialsOf(kubeconfig({ cluster })).credentials.access();

    expect(access.server).toBe('https://k8s.example:6443');
    expect(access.tls).toEqual({ ca, serverName: 'api.internal' });
    expect(access.authorization?.reveal()).toBe(`Bearer ${secretText}`);
  });

  it('gives a client certificate with its key, kept from printing', async () => {
    const user = {
      'client-certificate-data': Buffer.from('CERT').toString('base64'),
      'client-key-data': Buffer.from(secretText).toString('base64'),
      as: 'jane',
    };

    const access = await credentialsOf(kubeconfig({ user })).credentials.access();

    expect(access.tls.cert).toBe('CERT');
    expect(access.tls.key?.reveal()).toBe(secretText);
    expect(access.authorization).toBeUndefined();
    expect(access.impersonate).toBe('jane');
    expect(JSON.stringify(access)).not.toContain(secretText);
  });

  it('reads files beside it where a directory is given', async () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'ca.pem'), ca);
    const text = kubeconfig({ cluster: { 'certificate-authority': 'ca.pem' } });

    expect((await credentialsOf(text, { directory }).credentials.access()).tls.ca).toBe(ca);
    await expect(credentialsOf(text).credentials.access()).rejects.toThrow(
      /certificate-authority names the file "ca.pem"/,
    );
  });

  it.each<{ reason: string; parts: Parts; says: RegExp }>([
    {
      reason: 'an exec plugin can not run in a function',
      parts: { user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws' } } },
      says: /exec plugin.*\{"eks":\{"name","region","endpoint","certificateAuthority"\}\}/,
    },
    { reason: 'auth providers are gone', parts: { user: { 'auth-provider': { name: 'gcp' } } }, says: /auth-provider/ },
    {
      reason: 'basic authentication is gone',
      parts: { user: { username: 'a', password: secretText } },
      says: /neither/,
    },
    {
      reason: 'half a pair is none',
      parts: { user: { 'client-certificate-data': 'Q0E=' } },
      says: /neither a token nor/,
    },
    {
      reason: 'an unverified server could be anybody',
      parts: { cluster: { 'insecure-skip-tls-verify': true } },
      says: /insecure-skip-tls-verify/,
    },
    { reason: 'a proxy', parts: { cluster: { 'proxy-url': 'http://proxy.example:3128' } }, says: /proxy-url/ },
    { reason: 'a token in the clear', parts: { cluster: { server: 'http://k8s.example' } }, says: /not an https URL/ },
    { reason: 'no URL', parts: { cluster: { server: 'k8s.example' } }, says: /not an https URL/ },
    {
      reason: 'a password in the clear',
      parts: { cluster: { server: `http://a:${secretText}@k8s.example` } },
      says: /"http:\/\/k8s.example"/,
    },
    {
      reason: 'a file of the function itself',
      parts: { user: { 'token-file': '/proc/self/environ' } },
      says: /token-file names the file/,
    },
    { reason: 'a number', parts: { user: { token: 12345 } }, says: /users\[0\]\.user\.token is no text/ },
    { reason: 'two lines in a header', parts: { user: { token: 'a\r\nb: c' } }, says: /no header may have/ },
    {
      reason: 'a key where its file is named',
      parts: {
        user: { 'client-certificate-data': 'Q0E=', 'client-key': `-----BEGIN KEY-----\n${secretText}` },
      },
      says: /client-key names a file by what is no name/,
    },
  ])('is refused: $reason', async ({ parts, says }) => {
    const refused = credentialsOf(kubeconfig(parts)).credentials.access();

    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.toBeInstanceOf(Terminal);
    await expect(refused).rejects.not.toThrow(secretText);
  });

  it.each([
    { reason: 'nothing', text: ' \n' },
    { reason: 'broken YAML', text: `users:\n - token: ${secretText}\n  - : [` },
    { reason: 'no context', text: kubeconfig().replace('current-context: main', 'current-context: other') },
    { reason: 'another document', text: `token: ${secretText}` },
    { reason: 'broken JSON', text: `{"eks": {"name": "${secretText}"` },
  ])('is refused without quoting it: $reason', async ({ text }) => {
    const error = await credentialsOf(text)
      .credentials.access()
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Terminal);
    expect(`${error} ${(error as Error).stack} ${(error as Error).cause}`).not.toContain(secretText);
  });

  it('is read again when it is old, when it was refused, and not otherwise', async () => {
    const { credentials, state, pass } = credentialsOf(() => kubeconfig({ user: { token: `token-${state.loads}` } }));
    const token = async () => (await credentials.access()).authorization?.reveal();

    expect(await Promise.all([token(), token()])).toEqual(['Bearer token-1', 'Bearer token-1']);
    pass(299);
    expect(await token()).toBe('Bearer token-1');
    pass(2);
    expect(await token()).toBe('Bearer token-2');
    credentials.refresh();
    expect(await token()).toBe('Bearer token-3');
  });

  it('is asked for again after a load that failed', async () => {
    let fails = true;
    const { credentials } = credentialsOf(() => {
      if (fails) throw new Error('store is down');
      return kubeconfig();
    });

    await expect(credentials.access()).rejects.toThrow('store is down');
    fails = false;
    await expect(credentials.access()).resolves.toMatchObject({ server: 'https://k8s.example:6443' });
  });
});

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

describe('a service account', () => {
  it('reads the token each time, since the kubelet replaces it', async () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'ca.crt'), ca);
    writeFileSync(join(directory, 'token'), 'first\n');
    const credentials = createServiceAccountCredentials({ host: 'fd00::1', port: '443', directory });

    const before = await credentials.access();
    writeFileSync(join(directory, 'token'), 'second\n');
    const after = await credentials.access();

    expect(before).toMatchObject({ server: 'https://[fd00::1]:443', tls: { ca } });
    expect([before, after].map((access) => access.authorization?.reveal())).toEqual(['Bearer first', 'Bearer second']);
  });

  it('says what to do outside a pod', async () => {
    const credentials = createServiceAccountCredentials({ host: 'x', port: '1', directory: '/nowhere' });

    await expect(credentials.access()).rejects.toThrow(/\/nowhere\/token can not be read.*KUBECONFIG/);
  });
});

/** Removed when the test is done. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

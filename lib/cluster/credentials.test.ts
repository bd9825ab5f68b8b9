import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Terminal } from '../engine/errors.ts';
import { ca, credentialsOf, secretText, temporaryFolder } from './credentials-fixture.ts';

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

import 'reflect-metadata';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { afterEach, expect, it, vi } from 'vitest';
import { Sensitive } from '../sensitive.ts';
import { createKonnect, type KonnectClient } from './client.ts';
import { json, serve, type TestServer } from './test-server.ts';

const known = getCACertificates('default');
afterEach(() => {
  setDefaultCACertificates(known);
  vi.unstubAllEnvs();
});

async function keyPair(host: string): Promise<{ readonly key: string; readonly cert: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const cert = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${host}`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { key, cert: cert.toString('pem') };
}

const loopback: LookupFunction = (_hostname, { all }, callback) =>
  all === true ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);

function call(konnect: KonnectClient, server: TestServer): Promise<unknown> {
  const account = { token: new Sensitive('kpat_x'), serverURL: `https://konnect.example:${server.port}` };
  return konnect.call(account, { method: 'GET', path: '/v2/x' });
}

function clientOf(server: TestServer): KonnectClient {
  const quiet = (): void => undefined;
  return createKonnect({
    allowedHosts: [`konnect.example:${server.port}`],
    clock: { now: () => new Date(0) },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    userAgent: 'test',
    lookup: loopback,
  });
}

it('trusts a certificate of a known authority that names the host', async () => {
  const pair = await keyPair('konnect.example');
  await using server = await serve((_, response) => json(response, 200, { ok: true }), pair);
  setDefaultCACertificates([...known, pair.cert]);
  const konnect = clientOf(server);
  assert.deepEqual(await call(konnect, server), { ok: true });
  await konnect.close();
});

it('never trusts an unknown authority, even where the environment says so', async () => {
  await using server = await serve((_, response) => json(response, 200, {}), await keyPair('konnect.example'));
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  await expect(call(clientOf(server), server)).rejects.toMatchObject({
    failure: 'unreachable',
    message: expect.stringMatching(/not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/),
  });
  assert.equal(server.requests.length, 0);
});

it('never trusts a certificate of another host', async () => {
  const pair = await keyPair('other.example');
  await using server = await serve((_, response) => json(response, 200, {}), pair);
  setDefaultCACertificates([...known, pair.cert]);
  await expect(call(clientOf(server), server)).rejects.toMatchObject({
    failure: 'unreachable',
    message: expect.stringMatching(/not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)$/),
  });
  assert.equal(server.requests.length, 0);
});

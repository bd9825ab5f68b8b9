import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { makeCertificates } from '../../infra/local/kubernetes/certificates.ts';
import { ClusterError } from '../engine/errors.ts';
import { depot } from '../forward/fixture.ts';
import { Sensitive } from '../sensitive.ts';
import type { Access } from './access.ts';
import { createCluster } from './client.ts';

const object = { metadata: { name: 'd', namespace: 'default', uid: 'u', resourceVersion: '1' } };
const key = { name: 'd', namespace: 'default' };

/** A server of which only the wire matters. */
async function serve(listener: RequestListener) {
  const server = createHttp(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => void server.close().closeAllConnections();
  return { url, [Symbol.asyncDispose]: close };
}

function clusterAt(access: () => Access, timeoutMs = 5_000) {
  const credentials = { access: async () => access(), refresh() {} };
  const cluster = createCluster({ name: 'prod', credentials, timeoutMs });
  return Object.assign(cluster, { [Symbol.asyncDispose]: cluster.close });
}

it('says who it is, what it sends and who manages the fields', async () => {
  const seen: IncomingMessage[] = [];
  await using server = await serve((request, response) => {
    seen.push(request);
    response.end(JSON.stringify(object));
  });
  const authorization = new Sensitive('Bearer abc');
  await using cluster = clusterAt(() => ({
    server: `${server.url}/prefix`,
    tls: {},
    authorization,
    impersonate: 'jane',
  }));

  await cluster.patch(depot.resource, key, { spec: {} }, { subresource: 'status' });

  expect(seen[0]?.method).toBe('PATCH');
  expect(seen[0]?.url).toBe(
    '/prefix/apis/warehouse.example/v1/namespaces/default/depots/d/status?fieldManager=konnect-reconciler',
  );
  expect(seen[0]?.headers).toMatchObject({
    authorization: 'Bearer abc',
    'impersonate-user': 'jane',
    'content-type': 'application/merge-patch+json',
    'user-agent': 'konnect-reconciler',
  });
});

it('gives up after its timeout, also in the middle of an answer', async () => {
  await using server = await serve((request, response) => {
    if (request.method === 'GET') response.writeHead(200).write('{"metadata":');
  });
  await using cluster = clusterAt(() => ({ server: server.url, tls: {} }), 100);

  for (const call of [cluster.get(depot.resource, key), cluster.delete(depot.resource, key)]) {
    const error = await call.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClusterError);
    expect(error).toMatchObject({ status: undefined, message: expect.stringMatching(/did not answer/) });
  }
});

it.each([
  { reason: 'a page of a proxy', status: 502, body: '<html>secret-internal-host</html>', says: /: HTTP 502$/ },
  { reason: 'no JSON', status: 200, body: 'ok', says: /not JSON/ },
  { reason: 'no object', status: 200, body: '[]', says: /not a Kubernetes object/ },
])('takes nothing for an object that is none: $reason', async ({ status, body, says }) => {
  await using server = await serve((_, response) => void response.writeHead(status).end(body));
  await using cluster = clusterAt(() => ({ server: server.url, tls: {} }));

  const error = await cluster.get(depot.resource, key).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(ClusterError);
  expect(String(error)).toMatch(says);
  expect(String(error)).not.toContain('secret-internal-host');
});

it('reads Retry-After as seconds and as a date', async () => {
  let header = '3';
  await using server = await serve((_, response) => void response.writeHead(503, { 'retry-after': header }).end());
  await using cluster = clusterAt(() => ({ server: server.url, tls: {} }));
  const asked = async () => {
    const error = await cluster.get(depot.resource, key).catch((thrown: unknown) => thrown);
    return error instanceof ClusterError ? error.retryAfterSeconds : error;
  };

  expect(await asked()).toBe(3);
  header = new Date(Date.now() + 60_000).toUTCString();
  expect(await asked()).toBeGreaterThan(50);
  header = new Date(Date.now() - 60_000).toUTCString();
  expect(await asked()).toBeUndefined();
  header = 'soon';
  expect(await asked()).toBeUndefined();
});

it('shows its client certificate, and a new one once it is replaced', async () => {
  const [first, second] = await Promise.all([makeCertificates(new Date()), makeCertificates(new Date())]);
  const shown: string[] = [];
  const options = { cert: first.certificate, key: first.key, requestCert: true, rejectUnauthorized: false };
  const server = createHttps(options, (request, response) => {
    shown.push((request.socket as TLSSocket).getPeerCertificate().fingerprint256);
    response.end(JSON.stringify(object));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let own = first;
  await using cluster = clusterAt(() => ({
    server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tls: { ca: first.ca, cert: own.certificate, key: new Sensitive(own.key) },
  }));

  await cluster.get(depot.resource, key);
  await cluster.get(depot.resource, key);
  own = second;
  await cluster.get(depot.resource, key);

  expect(shown[0]).toMatch(/^([0-9A-F]{2}:){31}/);
  expect(shown[1]).toBe(shown[0]);
  expect(shown[2]).not.toBe(shown[0]);
  server.close().closeAllConnections();
});

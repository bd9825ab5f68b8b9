import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import { Terminal } from '../engine/errors.ts';
import { Sensitive } from '../sensitive.ts';
import type { Access } from './access.ts';

const eksForm = '{"eks":{"name","region","endpoint","certificateAuthority"}}';

/**
 * Reads the current context of a kubeconfig.
 * `directory` is what relative file names in it mean; without it every file name is refused, since a kubeconfig that
 * came as text has no files beside it.
 * @throws {Terminal} naming the field to change; never quotes the text.
 */
export async function accessOfKubeconfig(text: Sensitive, directory?: string): Promise<Access> {
  const config = await parse(text);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || user === null) {
    refuse(`current-context "${config.currentContext}" names no complete pair of cluster and user; set it to one`);
  }
  refuseUnsupported(cluster, user);
  const file = (name: string, field: string) => readNamed(name, field, directory);
  const ca = pem(cluster.caData) ?? (cluster.caFile && file(cluster.caFile, 'certificate-authority'));
  const cert = pem(user.certData) ?? (user.certFile && file(user.certFile, 'client-certificate'));
  const key = pem(user.keyData) ?? (user.keyFile && file(user.keyFile, 'client-key'));
  if (!user.token && !(cert && key)) {
    refuse(`user "${user.name}" has neither a token nor a client certificate with its key; add one of them`);
  }
  return {
    server: cluster.server,
    tls: {
      ...(ca ? { ca } : {}),
      ...(cert && key ? { cert, key: new Sensitive(key) } : {}),
      ...(cluster.tlsServerName ? { serverName: cluster.tlsServerName } : {}),
    },
    ...(user.token ? { authorization: new Sensitive(`Bearer ${user.token.trim()}`) } : {}),
    ...(user.impersonateUser ? { impersonate: user.impersonateUser } : {}),
  };
}

async function parse(text: Sensitive): Promise<KubeConfig> {
  // Where a cluster has none, as EKS, this is not read at all.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    config.loadFromString(text.reveal());
    return config;
  } catch {
    // The parser's message quotes the lines around the fault, and those may hold a token: it must not become the cause.
    return refuse('it is not a valid kubeconfig; check it with `kubectl --kubeconfig <file> config view`');
  }
}

function refuseUnsupported(cluster: Cluster, user: User): void {
  if (user.exec) {
    refuse(
      `user "${user.name}" gets its token from an exec plugin, which can not run here; for EKS store ${eksForm} instead, otherwise a service account token`,
    );
  }
  if (user.authProvider) {
    refuse(`user "${user.name}" uses an auth-provider, which can not run here; use a service account token`);
  }
  if (cluster.skipTLSVerify) {
    refuse(
      `cluster "${cluster.name}" sets insecure-skip-tls-verify, which would show the token to anybody in between; embed certificate-authority-data`,
    );
  }
  if (cluster.proxyUrl) refuse(`cluster "${cluster.name}" sets proxy-url, which is not supported; use a direct route`);
  checkServer(cluster.server, `cluster "${cluster.name}"`);
}

/** Refuses a server URL over which a credential would travel in the clear; plain HTTP is for a proxy on this machine. */
export function checkServer(server: string, owner: string): void {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  const loopback = url !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return;
  refuse(`${owner} has the server "${server}", which is not an https URL; correct it`);
}

function readNamed(name: string, field: string, directory: string | undefined): string {
  if (directory === undefined) {
    refuse(`${field} names the file "${name}", which is not here; embed it (kubectl config view --raw --flatten)`);
  }
  try {
    return readFileSync(resolve(directory, name), 'utf8');
  } catch (error) {
    throw new Terminal(`kubeconfig refused: ${field} names the file "${name}", which can not be read; correct it`, {
      cause: error,
    });
  }
}

function pem(base64: string | undefined | null): string | undefined {
  return base64 ? Buffer.from(base64, 'base64').toString('utf8') : undefined;
}

function refuse(why: string): never {
  throw new Terminal(`kubeconfig refused: ${why}`);
}

import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import { Sensitive } from '../sensitive.ts';
import type { Access } from './access.ts';
import { plainKubeconfig, readNamed, refused } from './kubeconfig-text.ts';

const eksForm = '{"eks":{"name","region","endpoint","certificateAuthority"}}';

/**
 * Reads the current context of a kubeconfig.
 * `directory` is what relative file names in it mean; without it every file name is refused, since a kubeconfig that
 * came as text has no files beside it.
 * @throws {Terminal} naming the field to change; never quotes the text.
 */
export async function accessOfKubeconfig(text: Sensitive, directory?: string): Promise<Access> {
  const file = (name: string, field: string) => readNamed(name, field, directory);
  const config = await parse(text, file);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || user === null) {
    refuse(`current-context "${config.currentContext}" names no complete pair of cluster and user; set it to one`);
  }
  refuseUnsupported(cluster, user);
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

async function parse(text: Sensitive, file: (name: string, field: string) => string): Promise<KubeConfig> {
  // Where a cluster has none, as EKS, these are not read at all.
  const [{ KubeConfig }, { load }] = await Promise.all([import('@kubernetes/client-node'), import('js-yaml')]);
  const config = new KubeConfig();
  const plain = plainKubeconfig(text.reveal(), { load, file });
  try {
    config.loadFromString(plain);
    return config;
  } catch {
    // Its message may quote what it did not expect.
    return refuse('a cluster or a context lacks something; check it with `kubectl --kubeconfig <file> config view`');
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
  // Of what is no URL nothing is told, since it may be anything; a URL may hold a password.
  const shown = url === undefined ? 'a server' : `the server "${url.protocol}//${url.host}"`;
  refuse(`${owner} has ${shown}, which is not an https URL; correct it`);
}

function pem(base64: string | undefined | null): string | undefined {
  return base64 ? Buffer.from(base64, 'base64').toString('utf8') : undefined;
}

function refuse(why: string): never {
  throw refused(why);
}

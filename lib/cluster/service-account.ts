import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Terminal } from '../engine/errors.ts';
import { together } from '../engine/together.ts';
import { Sensitive } from '../sensitive.ts';
import type { Access, Credentials } from './access.ts';

export interface ServiceAccountOptions {
  readonly host: string;
  readonly port: string;
  /** Where the kubelet mounts `token` and `ca.crt`. */
  readonly directory?: string;
}

export const serviceAccountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Access of a pod by its service account. The files are read for each connection attempt: the kubelet replaces the
 * token before it expires, and reading a small file costs less than a rule about its age.
 */
export function createServiceAccountCredentials(options: ServiceAccountOptions): Credentials {
  const { host, port, directory = serviceAccountDirectory } = options;
  // An IPv6 address stands in brackets in a URL.
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    async access(): Promise<Access> {
      const [token, ca] = await together([read(directory, 'token'), read(directory, 'ca.crt')]);
      return { server, tls: { ca }, authorization: new Sensitive(`Bearer ${token.trim()}`) };
    },
    refresh() {
      // Nothing is kept, so there is nothing to forget.
    },
  };
}

async function read(directory: string, name: string): Promise<string> {
  const path = join(directory, name);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Terminal(
      `service account not usable: ${path} can not be read; run in a pod with a mounted service account, or set KUBECONFIG`,
      { cause: error },
    );
  }
}

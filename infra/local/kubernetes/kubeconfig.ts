import { stringify } from 'yaml';
import type { UserToken } from './access/users.ts';

/** A kubeconfig in YAML with the CA and the token inside; it needs no other file. */
export function kubeconfigFor(url: string, ca: string, user: UserToken): string {
  const name = 'local';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: user.name, user: { token: user.token } }],
    contexts: [{ name, context: { cluster: name, user: user.name } }],
    'current-context': name,
  });
}

import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createCluster } from './cluster/client.ts';
import { createStoredCredentials } from './cluster/credentials.ts';
import { Retry, Terminal } from './engine/errors.ts';
import { projectName } from './engine/names.ts';
import type { Clock, Cluster } from './engine/ports.ts';
import { secretNames } from './secret-names.ts';
import { Sensitive } from './sensitive.ts';

/** Kubernetes calls are short; this leaves a reconcile time to report what was slow. */
const timeoutMs = 10_000;

/**
 * Gives the client of a cluster by its name. How to reach it is kept in Secrets Manager under `<prefix>/<cluster>`: a
 * kubeconfig, or the name of an EKS cluster. Made once per container and cluster.
 */
export function createClusters(options: {
  readonly client: SecretsManagerClient;
  readonly prefix: string;
  readonly clock: Clock;
}): (name: string) => Cluster {
  const { client, prefix, clock } = options;
  const made = new Map<string, Cluster>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const credentials = createStoredCredentials({
      load: () => loadAccess(client, `${prefix}/${name}`, name),
      aws: async () => {
        const { accessKeyId, secretAccessKey, sessionToken, expiration } = await client.config.credentials();
        return {
          accessKeyId,
          secretAccessKey: new Sensitive(secretAccessKey),
          ...(sessionToken === undefined ? {} : { sessionToken: new Sensitive(sessionToken) }),
          ...(expiration === undefined ? {} : { expiration }),
        };
      },
      clock,
    });
    const cluster = createCluster({ name, credentials, timeoutMs, userAgent: projectName });
    made.set(name, cluster);
    return cluster;
  };
}

/**
 * How to reach a cluster, as the secret `id` says it.
 * @throws {Terminal} where there is no such secret: an event of a cluster that nobody registered.
 */
export async function loadAccess(client: SecretsManagerClient, id: string, cluster: string): Promise<Sensitive> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    return new Sensitive(SecretString ?? '');
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error';
    if (name === 'ResourceNotFoundException') {
      throw new Terminal(`the cluster ${cluster} is not registered: store its kubeconfig as the secret ${id}`, {
        cause: error,
      });
    }
    throw new Retry(`the access to cluster ${cluster} could not be read from Secrets Manager: ${name}`, {
      cause: error,
    });
  }
}

/**
 * The names of all clusters that are registered under the prefix, sorted.
 * @throws {Retry} where Secrets Manager does not tell.
 */
export async function registeredClusters(client: SecretsManagerClient, prefix: string): Promise<readonly string[]> {
  try {
    const names = await secretNames(client, `${prefix}/`);
    // What lies deeper belongs to a function whose prefix begins with this one.
    return names.filter((name) => name !== '' && !name.includes('/'));
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error';
    throw new Retry(`the registered clusters could not be listed in Secrets Manager: ${name}`, { cause: error });
  }
}

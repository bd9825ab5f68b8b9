import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type LocalSecretsManager, type SecretsManagerOptions, startSecretsManager } from './server.ts';

/** The key pair of the tests; it opens nothing. */
export const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-signing-key' };

interface Started extends AsyncDisposable {
  readonly server: LocalSecretsManager;
  readonly client: SecretsManagerClient;
}

/** A server that verifies signatures, and a client that does not retry. */
export async function start(options: SecretsManagerOptions = {}): Promise<Started> {
  const server = await startSecretsManager({ credentials, ...options });
  const client = clientFor(server.url);
  const stop = async () => {
    client.destroy();
    await server.stop();
  };
  return { server, client, [Symbol.asyncDispose]: stop };
}

/** A client of `url`; `over` replaces parts of its configuration. */
export function clientFor(url: string, over: object = {}): SecretsManagerClient {
  return new SecretsManagerClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1, ...over });
}

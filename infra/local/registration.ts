import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { lanes } from '../../lib/kinds/define.ts';
import { tools } from '../../lib/tools.ts';
import type { Credentials } from './aws-signature.ts';
import { clusterName, clusterSecretPrefix, functionUser } from './deployment.ts';

/** Gives each function the way into the cluster that it will read from Secrets Manager. */
export async function registerCluster(
  aws: { readonly region: string; readonly endpoint: string; readonly credentials: Credentials },
  kubeconfigOf: (user: string) => string,
): Promise<void> {
  const client = new SecretsManagerClient(aws);
  for (const of of [...lanes, ...tools]) {
    const Name = `${clusterSecretPrefix}/${of}/${clusterName}`;
    await client.send(new CreateSecretCommand({ Name, SecretString: kubeconfigOf(functionUser(of)) }));
  }
  client.destroy();
}

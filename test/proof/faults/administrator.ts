import { DeleteSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsManagerClient } from '../../../lib/tokens/store.ts';
import { awsKeys, type World } from '../../world.ts';

/** Who looks after the secrets of a world. */
export function administrator({ secrets }: World): SecretsManagerClient {
  return secretsManagerClient({ endpoint: secrets.url, region: 'us-east-1', credentials: awsKeys });
}

/** Removes secrets as if the time in which they can be restored were over. */
export async function removeSecrets(
  world: World,
  isWanted: (secret: ReturnType<World['secrets']['secrets']>[number]) => boolean,
): Promise<void> {
  const wanted = world.secrets.secrets().filter(isWanted);
  if (wanted.length === 0) return;
  const client = administrator(world);
  for (const { name } of wanted)
    await client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
  client.destroy();
}
